package dev.retort.spark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The answers of teachers to the samples in files, as data sets that are computed when they are written. */
final class Scorer {
  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Broadcast<Models> models;
  private final Scores scores;
  private final String idColumn;
  private final String featuresColumn;

  Scorer(SparkSession spark, Models models, Scores scores, String idColumn, String featuresColumn) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.models = context.broadcast(models);
    this.scores = scores;
    this.idColumn = idColumn;
    this.featuresColumn = featuresColumn;
  }

  /** An answer for each sample in some files, beside its id. */
  Dataset<Row> scored(InputFiles files) {
    return files.isParquet() ? table(spark.read().parquet(files.paths()), files.paths()[0]) : arrays(files);
  }

  private Dataset<Row> table(Dataset<Row> rows, String file) {
    DataType id = type(rows, idColumn, file);
    DataType features = type(rows, featuresColumn, file);
    if (!FeatureColumn.accepts(features)) {
      throw new IllegalArgumentException(
          file + ": column " + featuresColumn + " has the type " + features.simpleString()
              + "; features are ML vectors, arrays of numbers, or binary");
    }
    Column column = column(featuresColumn);
    FeatureColumn source = source("column " + featuresColumn, models.value());
    Broadcast<Models> shared = models;
    Scores answers = scores;
    return rows
        .select(column(idColumn), features instanceof ArrayType ? column.cast("array<float>") : column)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) part -> new BatchScorer(part, source, shared.value(), answers),
            Encoders.row(scores.addTo(new StructType().add(idColumn, id))));
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  private static DataType type(Dataset<Row> rows, String name, String file) {
    if (!Arrays.asList(rows.columns()).contains(name)) {
      throw new IllegalArgumentException(
          file + ": there is no column " + name + " among " + String.join(", ", rows.columns())
              + "; see --id-column and --features-column");
    }
    return rows.schema().apply(name).dataType();
  }

  private static FeatureColumn source(String name, Models models) {
    return new FeatureColumn(name, 1, 0, models.inputs(), models.byteValues());
  }

  /** Each file is a task's work. */
  private Dataset<Row> arrays(InputFiles files) {
    String[] paths = files.paths();
    int first = files.first();
    var hadoop = context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    Broadcast<Models> shared = models;
    Scores answers = scores;
    var rows =
        context.parallelize(List.of(paths), paths.length)
            .mapPartitionsWithIndex(
                (i, part) -> {
                  String file = part.next();
                  Models given = shared.value();
                  Iterator<Row> samples =
                      InputFiles.samples(file, first + i, given.divisor(), hadoop.value().value());
                  return new BatchScorer(samples, source(file, given), given, answers);
                },
                false);
    return spark.createDataFrame(rows, scores.addTo(new StructType().add("id", DataTypes.LongType)));
  }
}
