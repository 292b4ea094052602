package dev.retort.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.cli.Cli;
import dev.retort.data.Npy;
import dev.retort.loss.SoftTargets;
import dev.retort.model.Checkpoint;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTest {
  private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType);
  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType);
  private static final Network FIRST = Samples.network(1);
  private static final Network SECOND = Samples.network(2);

  @TempDir static Path models;
  private static String first;
  private static String second;

  @TempDir Path folder;
  private Path out;

  @BeforeAll
  static void save() throws Exception {
    Samples.session();
    first = Samples.save(models.resolve("first.safetensors"), FIRST);
    second = Samples.save(models.resolve("second.safetensors"), SECOND);
  }

  @BeforeEach
  void nameOut() {
    out = folder.resolve("out");
  }

  private String parquet(Dataset<Row> rows) {
    String path = folder.resolve("features").toString();
    rows.write().mode("overwrite").parquet(path);
    return path;
  }

  private Run score(String features, String... more) {
    String[] args = Arrays.copyOf(new String[] {"--features", features, "--out", out.toString()}, more.length + 4);
    System.arraycopy(more, 0, args, 4, more.length);
    return Run.of(new Score(), args);
  }

  private List<Row> answers() {
    return Samples.session().read().parquet(out.toString()).drop("piece").orderBy("id").collectAsList();
  }

  private static float[] floats(Row row, int column) {
    List<Float> list = row.getList(column);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  private static void assertLogits(List<Row> answers) {
    assertEquals(Samples.COUNT, answers.size());
    for (int i = 0; i < Samples.COUNT; i++) {
      assertEquals(i, answers.get(i).getLong(0));
      assertArrayEquals(Samples.logits(FIRST, i), floats(answers.get(i), 1));
    }
  }

  @Test
  void logitsHaveTheBitsOfOneMachineForEveryPartitionAndType() throws Exception {
    for (int partitions : new int[] {1, 2, 7}) {
      Path npy = folder.resolve(partitions + ".npy");
      out = folder.resolve("out" + partitions);
      String features = parquet(Samples.rows(DataTypes.BinaryType, Samples::bytes).repartition(partitions));
      score(features, "--teacher", first, "--npy", npy.toString(), "--pieces", "3").succeeds();
      assertLogits(answers());
      assertArrayEquals(FIRST.logits(Samples.DIGITS).toArray(), Npy.read(npy).toArray());
    }
    out = folder.resolve("vectors");
    score(parquet(Samples.rows(SQLDataTypes.VectorType(), Samples::vector)), "--teacher", first).succeeds();
    assertLogits(answers());
    out = folder.resolve("doubles");
    score(
            parquet(Samples.rows(DOUBLES, i -> Samples.floats(i).stream().map(Float::doubleValue).toArray())),
            "--teacher", first)
        .succeeds();
    assertLogits(answers());
    out = folder.resolve("floats");
    String other =
        parquet(
            Samples.rows(FLOATS, Samples::pixels)
                .withColumnRenamed("features", "a.b").withColumnRenamed("id", "sample"));
    score(other, "--teacher", first, "--features-column", "a.b", "--id-column", "sample").succeeds();
    assertLogits(Samples.session().read().parquet(out.toString()).drop("piece").orderBy("sample").collectAsList());
  }

  private void writeArrays(Path data) throws Exception {
    Files.createDirectories(data);
    Npy.write(data.resolve("b.npy"), Samples.PIXELS.rows(300, 700));
    ByteArrayOutputStream idx = new ByteArrayOutputStream();
    DataOutputStream to = new DataOutputStream(idx);
    for (int number : new int[] {0x0803, 300, 28, 28}) {
      to.writeInt(number);
    }
    for (int i = 0; i < 300; i++) {
      to.write(Samples.bytes(i));
    }
    Files.write(data.resolve("a-idx3-ubyte"), idx.toByteArray());
  }

  @Test
  void arrayFilesAreScoredInTheOrderOfTheirNames() throws Exception {
    Path data = folder.resolve("data");
    writeArrays(data);
    Path npy = folder.resolve("all.npy");
    score(data.toString(), "--teacher", first, "--npy", npy.toString()).succeeds();
    assertArrayEquals(FIRST.logits(Samples.DIGITS).toArray(), Npy.read(npy).toArray());
    assertEquals(299, answers().get(299).getLong(0));
    assertEquals(1L << 32, answers().get(300).getLong(0));
  }

  @Test
  void anotherRunAddsWhatIsMissing() throws Exception {
    Path data = folder.resolve("data");
    writeArrays(data);
    String[] options = {"--teacher", first, "--pieces", "2"};
    score(data.toString(), options).succeeds();
    assertEquals(List.of("_settings", "piece=0", "piece=1"), Samples.names(out));
    List<Row> before = answers();
    String kept = Samples.names(out.resolve("piece=0")).toString();
    Samples.session().read().parquet(out.toString()); // lists, and caches nothing
    deleteTree(out.resolve("piece=1"));
    Files.createDirectories(out.resolve("_unfinished-1")); // as a run leaves it that was killed
    Files.writeString(out.resolve("_unfinished-1/part-0.parquet"), "half");
    assertEquals(300, answers().size());
    Run again = score(data.toString(), options).succeeds();
    assertTrue(again.out().startsWith("piece 1 of 2: was there"), again.out());
    assertEquals(kept, Samples.names(out.resolve("piece=0")).toString());
    assertEquals(List.of("_settings", "piece=0", "piece=1"), Samples.names(out));
    assertEquals(before, answers());
    score(data.toString(), "--teacher", second, "--pieces", "2")
        .fails(out + " holds the answers of other settings or files; choose another folder with --out");
    Npy.write(data.resolve("c.npy"), Samples.PIXELS);
    score(data.toString(), options)
        .fails(out + " holds the answers of other settings or files; choose another folder with --out");
    out = data;
    score(data.toString(), options).fails(out + " holds other files; choose another folder with --out");
  }

  private static void deleteTree(Path tree) throws Exception {
    try (var files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void severalTeachersGiveTheMeanOfTheirProbabilities() {
    String features = parquet(Samples.rows(DataTypes.BinaryType, Samples::bytes).repartition(2));
    score(features, "--teacher", first, second, "--temperature", "4").succeeds();
    SoftTargets expected =
        SoftTargets.fromEnsemble(List.of(FIRST.logits(Samples.DIGITS), SECOND.logits(Samples.DIGITS)), 4);
    List<Row> answers = answers();
    for (int i = 0; i < Samples.COUNT; i++) {
      float[] given = floats(answers.get(i), 1);
      for (int j = 0; j < 10; j++) {
        assertEquals(expected.get(i, j), given[j]);
      }
    }
  }

  @Test
  void topKeepsTheLikeliestAndTheTail() throws Exception {
    Path npy = folder.resolve("top.npy");
    String features = parquet(Samples.rows(DataTypes.BinaryType, Samples::bytes));
    score(features, "--teacher", first, "--top", "3", "--temperature", "2", "--npy", npy.toString()).succeeds();
    SoftTargets p = SoftTargets.fromLogits(FIRST.logits(Samples.DIGITS), 2);
    Tensor dense = Npy.read(npy);
    List<Row> answers = answers();
    for (int i = 0; i < Samples.COUNT; i++) {
      int row = i;
      int[] order =
          IntStream.range(0, 10).boxed().sorted((a, b) -> Float.compare(p.get(row, b), p.get(row, a)))
              .mapToInt(j -> j).toArray();
      List<Integer> classes = answers.get(i).getList(1);
      assertEquals(List.of(order[0], order[1], order[2]), classes);
      float[] kept = floats(answers.get(i), 2);
      double tail = 0;
      for (int j = 0; j < 10; j++) {
        float expected = p.get(i, order[j]);
        tail += j < 3 ? 0 : expected;
        assertEquals(j < 3 ? expected : (float) (answers.get(i).getDouble(3) / 7), dense.get(i, order[j]));
        assertTrue(j >= 3 || kept[j] == expected);
      }
      assertEquals(tail, answers.get(i).getDouble(3));
    }
  }

  /** A student learns from the files what it learns from the teachers themselves. */
  @Test
  void oneMachineLearnsFromTheAnswers() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (String part : List.of("train", "test")) {
      Npy.write(data.resolve("x_" + part + ".npy"), Samples.PIXELS);
      float[] labels = new float[Samples.COUNT];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = Samples.DIGITS.labels()[i];
      }
      Npy.write(data.resolve("y_" + part + ".npy"), Tensor.of(labels, labels.length));
    }
    String features = data.resolve("x_train.npy").toString();
    String logits = folder.resolve("logits.npy").toString();
    score(features, "--teacher", first, "--npy", logits).succeeds();
    out = folder.resolve("mean");
    String mean = folder.resolve("mean.npy").toString();
    score(features, "--teacher", first, second, "--temperature", "4", "--npy", mean).succeeds();
    String[] common = {"--data", data.toString(), "--student", "8", "--epochs", "1"};
    assertArrayEquals(weights(common, "--teacher-model", first), weights(common, "--teacher-logits", logits));
    assertArrayEquals(
        weights(common, "--teacher-model", first, second), weights(common, "--teacher-probabilities", mean));
  }

  /** The student's first weights; its file says which teacher it had, so that files differ. */
  private float[] weights(String[] common, String... teacher) throws Exception {
    String[] options = Arrays.copyOf(common, common.length + teacher.length);
    System.arraycopy(teacher, 0, options, common.length, teacher.length);
    Path results = folder.resolve("distill");
    Cli.distill(results, options);
    return Checkpoint.load(results.resolve("student-distilled.safetensors")).parameters().getFirst().value().toArray();
  }

  @Test
  void errorsAreOneLineAndLeaveNothingHalfWritten() throws Exception {
    float[] nan = Samples.pixels(17);
    nan[3] = Float.NaN;
    String features = parquet(Samples.rows(FLOATS, i -> i == 17 ? nan : Samples.pixels(i)).repartition(3));
    score(features, "--teacher", first, "--pieces", "1")
        .fails("column features, id 17: feature 3 is NaN; features must be finite");
    Object[] hole = Samples.floats(17).toArray();
    hole[5] = null;
    score(parquet(Samples.rows(FLOATS, i -> i == 17 ? hole : Samples.pixels(i))), "--teacher", first, "--pieces", "1")
        .fails("column features, id 17: feature 5 is null");
    score(
            parquet(Samples.rows(FLOATS, Samples::pixels).selectExpr("nullif(id, 17) as id", "label", "features")),
            "--teacher", first, "--pieces", "1")
        .fails("column id: a sample has no id (null)");
    assertEquals(List.of("_settings"), Samples.names(out));
    score(features, "--teacher", folder + "/none").fails("model " + folder + "/none: no such file");
    score(features, "--teacher", first, "--features-column", "x")
        .fails(
            file(features)
                + ": there is no column x among id, label, features; see --id-column and --features-column");
    score(features, "--teacher", first, "--features-column", "label")
        .fails(
            file(features)
                + ": column label has the type double; features are ML vectors, arrays of numbers, or binary");
    score(features, "--teacher", first, second)
        .fails("--top and several teachers give probabilities: say at which --temperature");
    score(features, "--teacher", first, "--top", "11", "--temperature", "1").fails("--top 11 of 10 classes");
    score(folder + "/nothing", "--teacher", first)
        .fails(folder + "/nothing: no Parquet, NPY or IDX file of that name or in that folder; see --features");
    String small = Samples.save(folder.resolve("small"), Network.mlp(3, 2).build());
    score(features, "--teacher", first, small)
        .fails(
            "model " + small + ": 3 features, 2 classes and a divisor of 255.0, where " + first
                + " has 784 features, 10 classes and a divisor of 255.0; the teachers of an ensemble must agree");
    assertEquals(List.of("_settings"), Samples.names(out));
    out = folder.resolve("arrays");
    Path array = folder.resolve("x.npy");
    Npy.write(array, Tensor.zeros(20, 9));
    score(array.toString(), "--teacher", first)
        .fails("file:" + array + ", id 0: 9 features, where the model takes 784");
    Npy.write(array, Tensor.of(nan, 784));
    score(array.toString(), "--teacher", first)
        .fails("file:" + array + ": samples have the shape [samples, ...], not [784]");
  }

  private static String file(String folder) throws Exception {
    return "file:" + folder + "/"
        + Samples.names(Path.of(folder)).stream().filter(name -> name.endsWith(".parquet")).findFirst().orElseThrow();
  }

  @Test
  void equalIdsAreNoticed() {
    String features =
        parquet(Samples.rows(DataTypes.BinaryType, Samples::bytes).selectExpr("id % 699 as id", "features"));
    score(features, "--teacher", first, "--npy", folder + "/x.npy")
        .fails(out + ": the id 0 is there twice; ids must differ for --npy");
  }
}
