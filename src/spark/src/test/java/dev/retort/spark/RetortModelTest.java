package dev.retort.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetortModelTest {
  private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType);
  private static final Network NETWORK = Samples.network(1);

  @TempDir static Path folder;
  private static String file;

  @BeforeAll
  static void save() throws Exception {
    Samples.session();
    file = Samples.save(folder.resolve("model.safetensors"), NETWORK);
  }

  private static void assertAnswers(Dataset<Row> answers, double temperature) {
    List<Row> rows = answers.collectAsList();
    assertEquals(Samples.COUNT, rows.stream().map(row -> row.getLong(0)).distinct().count());
    assertEquals(Samples.COUNT, rows.size());
    for (Row row : rows) {
      float[] logits = Samples.logits(NETWORK, (int) row.getLong(0));
      SoftTargets p = SoftTargets.fromLogits(Tensor.of(logits, 1, 10), temperature);
      Vector raw = row.getAs("rawPrediction");
      Vector probability = row.getAs("probability");
      for (int j = 0; j < 10; j++) {
        assertEquals(logits[j], raw.apply(j));
        assertEquals(p.get(0, j), probability.apply(j));
      }
      assertEquals(Tensor.of(logits, 1, 10).argmax(0), row.<Double>getAs("prediction"));
    }
  }

  @Test
  void answersHaveTheBitsOfTheNetworkFromEveryTypeOfColumn() {
    RetortModel model = RetortModel.of(file);
    for (int partitions : new int[] {1, 2, 7}) {
      assertAnswers(
          model.transform(Samples.rows(SQLDataTypes.VectorType(), Samples::vector).repartition(partitions)), 1);
    }
    assertAnswers(model.transform(Samples.rows(FLOATS, i -> Samples.floats(i).toArray())), 1);
    assertAnswers(
        model.transform(
            Samples.rows(
                DataTypes.createArrayType(DataTypes.DoubleType),
                i -> Samples.floats(i).stream().map(Float::doubleValue).toArray())),
        1);
    assertAnswers(model.transform(Samples.rows(DataTypes.BinaryType, Samples::bytes)), 1);
    assertAnswers(model.setTemperature(3.5).transform(Samples.rows(DataTypes.BinaryType, Samples::bytes)), 3.5);
  }

  @Test
  void otherColumnsStayAndEmptyNamesLeaveColumnsOut() {
    Dataset<Row> rows = Samples.rows(DataTypes.BinaryType, Samples::bytes);
    Dataset<Row> answers = RetortModel.of(file).setRawPredictionCol("").setProbabilityCol("").transform(rows);
    assertArrayEquals(new String[] {"id", "label", "features", "prediction"}, answers.columns());
    Row row = answers.filter("id = 17").first();
    assertEquals(Samples.DIGITS.labels()[17], row.getDouble(1));
    assertArrayEquals(Samples.bytes(17), row.<byte[]>getAs(2));
  }

  /** As Spark's own models: the class with the largest probability divided by its threshold. */
  @Test
  void thresholdsFavourClasses() {
    double[] thresholds = new double[10];
    Arrays.fill(thresholds, 1);
    thresholds[4] = 1e-9;
    Dataset<Row> answers =
        RetortModel.of(file).setThresholds(thresholds).transform(Samples.rows(DataTypes.BinaryType, Samples::bytes));
    assertEquals(Samples.COUNT, answers.filter("prediction = 4").count());
    assertThrows(IllegalArgumentException.class, () -> RetortModel.of(file).setThresholds(new double[] {1, 1}));
  }

  @Test
  void aPipelineWithItIsSavedLoadedAndEvaluated() throws Exception {
    Dataset<Row> rows = Samples.rows(SQLDataTypes.VectorType(), Samples::vector);
    RetortModel stage = RetortModel.of(file).setTemperature(2).setIdCol("label");
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {stage}).fit(rows);
    String path = folder.resolve("pipeline").toString();
    pipeline.write().overwrite().save(path);
    PipelineModel loaded = PipelineModel.load(path);
    assertEquals(stage.uid(), loaded.stages()[0].uid());
    assertEquals("label", loaded.stages()[0].getOrDefault(((RetortModel) loaded.stages()[0]).idCol()));
    Dataset<Row> answers = loaded.transform(rows);
    assertAnswers(answers, 2);

    int right = 0;
    double surprise = 0;
    for (int i = 0; i < Samples.COUNT; i++) {
      Tensor logits = Tensor.of(Samples.logits(NETWORK, i), 1, 10);
      right += logits.argmax(0) == Samples.DIGITS.labels()[i] ? 1 : 0;
      surprise -= Math.log(SoftTargets.fromLogits(logits, 2).get(0, Samples.DIGITS.labels()[i]));
    }
    assertEquals(
        (double) right / Samples.COUNT,
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(answers), 1e-12);
    assertEquals(
        surprise / Samples.COUNT,
        new MulticlassClassificationEvaluator().setMetricName("logLoss").evaluate(answers), 1e-9);
  }

  @Test
  void aSingleVectorHasTheSameAnswer() {
    RetortModel model = RetortModel.of(file);
    assertEquals(784, model.numFeatures());
    assertEquals(10, model.numClasses());
    Vector raw = model.predictRaw((Vector) Samples.vector(17));
    float[] logits = Samples.logits(NETWORK, 17);
    assertArrayEquals(new double[] {logits[0], logits[1]}, Arrays.copyOf(raw.toArray(), 2));
    assertEquals(Tensor.of(logits, 1, 10).argmax(0), model.predict((Vector) Samples.vector(17)));
  }

  @Test
  void aModelIsLoadedOnceInAnExecutor() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(Samples.session().sparkContext());
    Broadcast<Models> shared =
        context.broadcast(Models.read(List.of(file), context.hadoopConfiguration()));
    Map<Integer, Long> loaded =
        context.parallelize(List.of(1, 2, 3, 4, 5, 6, 7), 7)
            .map(i -> System.identityHashCode(shared.value().classifiers().getFirst()))
            .collect().stream()
            .collect(Collectors.groupingBy(i -> i, Collectors.counting()));
    assertEquals(List.of(7L), List.copyOf(loaded.values()));
  }

  @Test
  void errorsNameTheColumnAndTheRow() {
    RetortModel model = RetortModel.of(file);
    float[] nan = Samples.pixels(17);
    nan[3] = Float.NaN;
    assertFails(
        "column features, id 17: feature 3 is NaN; features must be finite",
        model, Samples.rows(FLOATS, i -> i == 17 ? nan : Samples.pixels(i)));
    assertFails(
        "column features, id 17: feature 0 is Infinity; features must be finite",
        model,
        Samples.rows(
            SQLDataTypes.VectorType(),
            i -> i == 17 ? Vectors.sparse(784, new int[] {0}, new double[] {1e300}) : Samples.vector(i)));
    assertFails(
        "column features, id 17: 3 features, where the model takes 784",
        model, Samples.rows(DataTypes.BinaryType, i -> i == 17 ? new byte[3] : Samples.bytes(i)));
    assertFails(
        "column features, id 17: there are no features (null)",
        model, Samples.rows(DataTypes.BinaryType, i -> i == 17 ? null : Samples.bytes(i)));
    Object[] hole = Samples.floats(17).toArray();
    hole[5] = null;
    assertFails(
        "column features, id 17: feature 5 is null",
        model, Samples.rows(FLOATS, i -> i == 17 ? hole : Samples.floats(i).toArray()));
    float[] large = new float[784];
    Arrays.fill(large, Float.MAX_VALUE);
    String overflow = failure(model, Samples.rows(FLOATS, i -> i == 17 ? large : Samples.pixels(i)));
    assertTrue(
        overflow.matches("column features, id 17: the logit of class \\d is .*: the features are too large"), overflow);
    assertFails(
        "column features, a row of partition 0 (no id column): 3 features, where the model takes 784",
        model.setIdCol("none"), Samples.rows(DataTypes.BinaryType, i -> new byte[3]).coalesce(1));
  }

  private static void assertFails(String message, RetortModel model, Dataset<Row> rows) {
    assertEquals(message, failure(model, rows));
  }

  private static String failure(RetortModel model, Dataset<Row> rows) {
    Throwable e = assertThrows(Exception.class, () -> model.transform(rows).collectAsList());
    while (!(e instanceof BadSampleException)) {
      e = e.getCause();
    }
    return e.getMessage();
  }

  @Test
  void whatCannotBeRightIsRefusedBeforeAJob() {
    Dataset<Row> rows = Samples.rows(DataTypes.BinaryType, Samples::bytes);
    assertMessage("model " + folder + "/none: no such file", () -> RetortModel.of(folder + "/none"));
    RetortModel other = RetortModel.of(file).setFeaturesCol("pixels");
    assertMessage(
        "there is no column pixels among id, label, features; name the features with setFeaturesCol",
        () -> other.transform(rows));
    assertMessage(
        "column label has the type double; features are ML vectors, arrays of numbers, or binary",
        () -> RetortModel.of(file).setFeaturesCol("label").transform(rows));
    assertMessage(
        "there is a column label already", () -> RetortModel.of(file).setPredictionCol("label").transform(rows));
    assertMessage(
        "temperature must be finite and positive (1e-30 to 1e6), not -1.0",
        () -> RetortModel.of(file).setTemperature(-1));
  }

  private static void assertMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
