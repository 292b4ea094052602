package dev.retort.spark;

import module java.base;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
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
    if (!files.isParquet()) {
      return answers(arrays(files), new StructField("id", DataTypes.LongType, true, Metadata.empty()));
    }
    StructType columns = columns(files);
    return answers(table(spark.read().schema(columns).parquet(files.paths()), columns), columns.fields()[0]);
  }

  private Dataset<Row> answers(JavaRDD<InternalRow> rows, StructField id) {
    StructType schema = scores.addTo(new StructType(new StructField[] {id}));
    return spark.internalCreateDataFrame(rows.rdd(), schema, false);
  }

  /** The columns of the ids and of the features, as the first file has them. */
  private StructType columns(InputFiles files) {
    String file = files.paths()[0];
    StructType schema = spark.read().parquet(file).schema();
    StructField id = column(schema, idColumn, file);
    StructField features = column(schema, featuresColumn, file);
    FeatureColumn.requireType(file + ": column " + featuresColumn, features.dataType());
    return new StructType(new StructField[] {id, features});
  }

  private static StructField column(StructType schema, String name, String file) {
    if (!Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          file + ": there is no column " + name + " among " + String.join(", ", schema.fieldNames())
              + "; see --id-column and --features-column");
    }
    return schema.apply(name);
  }

  /**
   * The answers to a table, read in Spark's own form of rows: to make objects of them and back takes as long as a small
   * network.
   */
  private JavaRDD<InternalRow> table(Dataset<Row> rows, StructType columns) {
    DataType type = columns.fields()[1].dataType();
    boolean convert = type instanceof ArrayType array && !array.elementType().equals(DataTypes.FloatType);
    Column features = functions.col("`" + featuresColumn.replace("`", "``") + "`");
    Dataset<Row> read = convert ? rows.withColumn(featuresColumn, features.cast("array<float>")) : rows;
    FeatureColumn source = source("column " + featuresColumn, models.value());
    Broadcast<Models> shared = models;
    Scores answers = scores;
    return internal(read.queryExecution())
        .map(row -> sample(row, columns))
        .mapPartitions(samples -> new BatchScorer<>(samples, source, shared.value(), answers));
  }

  /** Rows that change when the next is read; views of columns, where the plan gives columns. */
  private static JavaRDD<InternalRow> internal(QueryExecution query) {
    SparkPlan plan = query.sparkPlan();
    return plan.supportsColumnar()
        ? plan.executeColumnar().toJavaRDD().flatMap(ColumnarBatch::rowIterator)
        : query.toRdd().toJavaRDD();
  }

  /** The id and features of a row; an array of floats is a view too. */
  private static Row sample(InternalRow row, StructType columns) {
    StructField id = columns.fields()[0];
    if (row.isNullAt(0)) {
      throw new BadSampleException("column " + id.name() + ": a sample has no id (null)");
    }
    DataType type = columns.fields()[1].dataType();
    Object features = row.isNullAt(1) ? null : row.get(1, type);
    return RowFactory.create(
        InternalRow.copyValue(row.get(0, id.dataType())),
        type instanceof UserDefinedType<?> vector && features != null ? vector.deserialize(features) : features);
  }

  private static FeatureColumn source(String name, Models models) {
    return new FeatureColumn(name, 1, 0, models.inputs(), models.divisor());
  }

  /** Each file is a task's work. */
  private JavaRDD<InternalRow> arrays(InputFiles files) {
    String[] paths = files.paths();
    int first = files.first();
    var hadoop = context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    Broadcast<Models> shared = models;
    Scores answers = scores;
    return context.parallelize(List.of(paths), paths.length)
        .mapPartitionsWithIndex(
            (i, part) -> {
              String file = part.next();
              Models given = shared.value();
              Iterator<Row> samples =
                  InputFiles.samples(file, first + i, given.divisor(), hadoop.value().value());
              return new BatchScorer<>(samples, source(file, given), given, answers);
            },
            false);
  }
}
