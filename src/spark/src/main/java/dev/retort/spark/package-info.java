/**
 * Retort on Apache Spark, for what outgrows one machine: a {@link dev.retort.spark.RetortModel stage} of a Spark ML
 * pipeline, and two programs for {@code spark-submit}, {@link dev.retort.spark.Score} and {@link
 * dev.retort.spark.Sweep}. A cluster's results have the bits of one machine's.
 */
package dev.retort.spark;
