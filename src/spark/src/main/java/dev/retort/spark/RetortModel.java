package dev.retort.spark;

import module java.base;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple3;

/**
 * A trained network as a stage of a Spark ML pipeline.
 *
 * {@snippet :
 * RetortModel student = RetortModel.of("student.safetensors").setFeaturesCol("pixels");
 * Dataset<Row> answers = student.transform(images);
 * }
 *
 * <p>It reads features as ML vectors, arrays of numbers, or binary with an unsigned byte a feature (divided as the
 * model was trained with), and adds the logits ({@code rawPredictionCol}), their softmax at {@code temperature} ({@code
 * probabilityCol}) and the class with the largest ({@code predictionCol}); an empty name leaves a column out. All
 * other columns stay. A row that cannot be scored ends the job with a {@link BadSampleException} that names the column
 * and the row's {@code idCol}.
 */
public final class RetortModel extends ProbabilisticClassificationModel<Vector, RetortModel>
    implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final String FILE = "model.safetensors";

  private final String uid;
  private final Models models;
  private final DoubleParam temperature;
  private final Param<String> idCol;

  private RetortModel(String uid, Models models) {
    this.uid = uid; // the superclass asks for it
    this.models = models;
    super();
    temperature =
        new DoubleParam(
            this, "temperature", "T of the probabilities, softmax(logits / T)", ParamValidators.gt(0));
    idCol = new Param<>(this, "idCol", "column that names a row in errors, if there is one");
    setDefault(temperature, 1.0);
    setDefault(idCol, "id");
  }

  /**
   * The model in a file.
   *
   * @param file a {@code .safetensors} file that Retort wrote, on any file system that Hadoop knows
   * @return a stage with the default columns and temperature 1
   * @throws IllegalArgumentException if it cannot be read or is no model
   */
  public static RetortModel of(String file) {
    return new RetortModel(
        Identifiable$.MODULE$.randomUID("retort"),
        Models.read(List.of(file), SparkSession.active().sparkContext().hadoopConfiguration()));
  }

  @Override
  public String uid() {
    return uid;
  }

  /** {@return the parameter T of the probabilities, 1 unless set} */
  public DoubleParam temperature() {
    return temperature;
  }

  /**
   * Sets the temperature of the probabilities.
   *
   * @param value T, from 1e-30 to 1e6; more is softer
   * @return this
   */
  public RetortModel setTemperature(double value) {
    SoftTargets.fromLogits(Tensor.zeros(1, 2), value); // refuses what is out of range
    return (RetortModel) set(temperature, value);
  }

  /** {@return the parameter that names the column of the rows' ids, {@code id} unless set} */
  public Param<String> idCol() {
    return idCol;
  }

  /**
   * Sets which column names a row in errors.
   *
   * @param name of a column; one that is missing is no error
   * @return this
   */
  public RetortModel setIdCol(String name) {
    return (RetortModel) set(idCol, name);
  }

  @Override
  public int numClasses() {
    return models.classes();
  }

  @Override
  public int numFeatures() {
    return models.inputs();
  }

  /** Java sees two unrelated methods in the superclasses, of which neither is inherited. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    throw new UnsupportedOperationException("a model from a file has no training summary");
  }

  @Override
  public Vector predictRaw(Vector features) {
    Answers one = new Answers(List.of(Output.LOGITS), 1, new double[0]);
    Row row = RowFactory.create(features);
    FeatureColumn column = new FeatureColumn("column " + getFeaturesCol(), 0, -1, numFeatures(), 1);
    return new BatchScorer<>(List.of(row).iterator(), column, models, one).next().getAs(1);
  }

  @Override
  public Vector raw2probabilityInPlace(Vector rawPrediction) {
    double[] values = ((DenseVector) rawPrediction).values();
    Tensor logits = Tensor.zeros(1, values.length);
    for (int j = 0; j < values.length; j++) {
      logits.set(0, j, (float) values[j]);
    }
    SoftTargets p = SoftTargets.fromLogits(logits, (double) getOrDefault(temperature));
    Arrays.setAll(values, j -> p.get(0, j));
    return rawPrediction;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    String features = getFeaturesCol();
    if (Arrays.stream(schema.fieldNames()).noneMatch(features::equals)) {
      throw new IllegalArgumentException(
          "there is no column " + features + " among " + String.join(", ", schema.fieldNames())
              + "; name the features with setFeaturesCol");
    }
    FeatureColumn.requireType("column " + features, schema.apply(features).dataType());
    StructType result = schema;
    for (Map.Entry<Output, String> output : outputs().entrySet()) {
      if (Arrays.asList(result.fieldNames()).contains(output.getValue())) {
        throw new IllegalArgumentException("there is a column " + output.getValue() + " already");
      }
      result =
          result.add(
              output.getValue(),
              output.getKey() == Output.PREDICTION ? DataTypes.DoubleType : SQLDataTypes.VectorType(), false);
    }
    return result;
  }

  /** The columns to be added, in their order. */
  private Map<Output, String> outputs() {
    Map<Output, String> names = new EnumMap<>(Output.class);
    names.put(Output.LOGITS, getRawPredictionCol());
    names.put(Output.PROBABILITIES, getProbabilityCol());
    names.put(Output.PREDICTION, getPredictionCol());
    names.values().removeIf(String::isEmpty);
    return names;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    double[] thresholds = isDefined(thresholds()) ? getThresholds() : new double[0];
    FeatureColumn column =
        new FeatureColumn(
            "column " + getFeaturesCol(), dataset.schema().fieldIndex(getFeaturesCol()),
            Arrays.asList(dataset.columns()).indexOf(getOrDefault(idCol)), numFeatures(),
            models.divisor());
    Answers answers = new Answers(List.copyOf(outputs().keySet()), (double) getOrDefault(temperature), thresholds);
    Broadcast<Models> shared =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext()).broadcast(models);
    return dataset.toDF()
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) rows -> new BatchScorer<>(rows, column, shared.value(), answers),
            Encoders.row(schema));
  }

  private enum Output { LOGITS, PROBABILITIES, PREDICTION }

  /**
   * Input rows with the columns added.
   *
   * @param thresholds one a class; none if the largest logit wins
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this class; never compared.
  private record Answers(List<Output> outputs, double temperature, double[] thresholds)
      implements BatchScorer.Answers<Row> {
    @Override
    public List<Row> of(List<Row> rows, List<Tensor> logits) {
      Tensor z = logits.getFirst();
      SoftTargets p = SoftTargets.fromLogits(z, temperature);
      List<Row> result = new ArrayList<>(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        int columns = row.size();
        Object[] values = new Object[columns + outputs.size()];
        Arrays.setAll(values, j -> j < columns ? row.get(j) : null);
        for (int j = 0; j < outputs.size(); j++) {
          values[columns + j] = value(outputs.get(j), z, p, i);
        }
        result.add(RowFactory.create(values));
      }
      return result;
    }

    private Object value(Output output, Tensor z, SoftTargets p, int row) {
      return switch (output) {
        case LOGITS -> vector(z.rowSize(), j -> z.get(row, j));
        case PROBABILITIES -> vector(z.rowSize(), j -> p.get(row, j));
        case PREDICTION -> (double) (thresholds.length == 0 ? z.argmax(row) : likeliest(p, row));
      };
    }

    private static Vector vector(int size, IntToDoubleFunction value) {
      double[] values = new double[size];
      Arrays.setAll(values, value);
      return Vectors.dense(values);
    }

    /** The first class with the largest p / threshold, as Spark's own models answer. */
    private int likeliest(SoftTargets p, int row) {
      return vector(
              thresholds.length,
              j -> thresholds[j] == 0 ? Double.POSITIVE_INFINITY : p.get(row, j) / thresholds[j])
          .argmax();
    }
  }

  @Override
  public RetortModel copy(ParamMap extra) {
    return copyValues(new RetortModel(uid, models), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        DefaultParamsWriter.saveMetadata(RetortModel.this, path, sparkSession());
        Path file = new Path(path, FILE);
        try (OutputStream out = file.getFileSystem(sc().hadoopConfiguration()).create(file, false)) {
          out.write(models.file());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** {@return a reader of what {@link #write} wrote, for pipelines} */
  public static MLReader<RetortModel> read() {
    return new MLReader<>() {
      @Override
      public RetortModel load(String path) {
        var metadata = DefaultParamsReader.loadMetadata(path, sparkSession(), RetortModel.class.getName());
        RetortModel model =
            new RetortModel(
                metadata.uid(),
                Models.read(List.of(new Path(path, FILE).toString()), sc().hadoopConfiguration()));
        metadata.getAndSetParams(model, Option.empty());
        return model;
      }
    };
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @param path the folder
   * @return the stage with its parameters
   */
  public static RetortModel load(String path) {
    return read().load(path);
  }
}
