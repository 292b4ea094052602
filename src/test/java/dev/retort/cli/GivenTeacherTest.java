package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Npy;
import dev.retort.loss.SoftTargets;
import dev.retort.model.Checkpoint;
import dev.retort.model.Layout;
import dev.retort.model.ModelInfo;
import dev.retort.model.Onnx;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Distilling from a teacher that is there already; training a network on. */
class GivenTeacherTest {
  @TempDir static Path folder;

  private static Path data;
  private static Path teacher;
  private static float[][] student;

  /** Distils once with a teacher trained on the spot: what comes from its file must not differ. */
  @BeforeAll
  static void distil() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    student = distilled("first", "--teacher", "8", "--teacher-epochs", "3");
    teacher = folder.resolve("first").resolve("teacher.safetensors");
  }

  private static Cli.Outcome run(String out, Object... options) {
    return Cli.run(options, "--data", data, "--out", folder.resolve(out), "--epochs", "3");
  }

  private static float[][] distilled(String out, Object... options) throws IOException {
    run(out, "distill", "--student", "4", "--teacher-jitter", "0", options).output();
    return Cli.weights(folder.resolve(out).resolve("student-distilled.safetensors"));
  }

  private static String error(Object... options) {
    return run("error", "distill", options).error(Main.USAGE);
  }

  private static Path logits() {
    Cli.run("evaluate", teacher, "--logits", "--data", data, "--out", folder.resolve("logits"))
        .output();
    return folder.resolve("logits").resolve("train-logits.npy");
  }

  @Test
  void aSavedTeacherOrItsLogitsTeachTheSameToTheBit() throws IOException {
    assertArrayEquals(student, distilled("model", "--teacher-model", teacher));
    assertArrayEquals(
        Files.readAllBytes(teacher),
        Files.readAllBytes(folder.resolve("model").resolve("teacher.safetensors")));
    assertArrayEquals(student, distilled("npy", "--teacher-logits", logits()));
    assertFalse(Files.exists(folder.resolve("npy").resolve("teacher.safetensors")));
    String result = Files.readString(folder.resolve("npy").resolve("result.json"));
    assertTrue(result.contains("studentDistilled"), result);
    assertFalse(result.contains("\"teacher\""), result);
  }

  @Test
  void anEnsembleOfOneTeacherTwiceTeachesNearlyTheSame() throws IOException {
    float[][] twice = distilled("twice", "--teacher-model", teacher, teacher);
    for (int i = 0; i < student.length; i++) {
      assertArrayEquals(student[i], twice[i], 1e-4f);
    }
    assertFalse(Files.exists(folder.resolve("twice").resolve("teacher.safetensors")));
  }

  @Test
  void roundedProbabilitiesAreNormalisedOrRefused() throws IOException {
    Tensor logits = Npy.read(logits());
    SoftTargets exact = SoftTargets.fromLogits(logits, 4);
    Tensor p = Tensor.zeros(logits.rows(), logits.rowSize());
    for (int i = 0; i < p.size(); i++) {
      float rounded = Math.round(exact.get(i / p.rowSize(), i % p.rowSize()) * 1000) / 1000f;
      p.data()[i] = Math.max(0, rounded - 0.001f);
    }
    Path file = folder.resolve("p.npy");
    Npy.write(file, p);
    String error = error("--teacher-probabilities", file);
    assertTrue(error.endsWith("not to 1; rounded ones must be normalised"), error);
    distilled("normalised", "--teacher-probabilities", file, "--normalise");
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Path file = folder.resolve("short.npy");
    Npy.write(file, Tensor.zeros(3, Cli.CLASSES));
    String shape =
        ", where the training samples of data have the shape [80, 4], a row each and a column a class";
    assertEquals(
        "retort: " + file + ": its shape is [3, 4]" + shape, error("--teacher-logits", file));
    Npy.write(file, Tensor.zeros(Cli.TRAIN_ROWS));
    assertEquals(
        "retort: " + file + ": its shape is [80]" + shape,
        error("--teacher-probabilities", file));
    assertEquals(
        "retort: give one of --teacher-model, --teacher-logits and --teacher-probabilities, not 2",
        error("--teacher-logits", file, "--teacher-model", teacher));
    assertEquals("retort: --normalise needs --teacher-probabilities", error("--normalise"));
    Npy.write(file, Tensor.zeros(Cli.TRAIN_ROWS, Cli.CLASSES));
    assertTrue(
        error("--teacher-probabilities", file, "--normalise").contains("add up to 0.0"));
    String matching = error("--teacher-model", teacher, teacher, "--loss", "matching");
    assertEquals(
        "retort: --loss matching needs the logits of one teacher, not probabilities", matching);
  }

  /** Refused with its file's name, and before a student is trained for nothing. */
  @Test
  void aTeacherOfOtherFeaturesOrClassesIsRefused() throws IOException {
    Path other = folder.resolve("other.safetensors");
    for (int[] size : new int[][] {{36, 2}, {36, 5}, {35, 4}}) {
      Checkpoint.save(other, Network.mlp(size).build());
      assertEquals(
          "retort: " + other + ": a network of " + size[0] + " features and " + size[1] + " classes cannot teach data,"
              + " which has 36 features and 4 classes",
          error("--teacher-model", other));
    }
  }

  /** All classes have as many samples, so balanced weights are 1: no bit may differ. */
  @Test
  void classWeightsAreOfEveryNetwork() throws IOException {
    assertArrayEquals(
        student,
        distilled("balanced", "--teacher", "8", "--teacher-epochs", "3", "--class-weights", "balanced"));
    Path weights = Files.writeString(folder.resolve("weights.txt"), "1 2\n0.5 0\n");
    for (Object[] options :
        new Object[][] {{"--teacher", "8", "--teacher-epochs", "3"}, {"--teacher-model", teacher}}) {
      assertFalse(Arrays.equals(student, distilled("weighted", "--class-weights", weights, options)));
    }
    assertFalse(
        Arrays.equals(
            Files.readAllBytes(folder.resolve("first").resolve("student-alone.safetensors")),
            Files.readAllBytes(folder.resolve("weighted").resolve("student-alone.safetensors"))));
    assertEquals(
        "retort: 2 class weights for the 4 classes of data", error("--class-weights", "1,2"));
    Files.writeString(weights, "1 2 x 3");
    assertTrue(error("--class-weights", weights).contains("weights.txt: class weights are numbers: "));
    assertTrue(
        error("--class-weights", "missing").contains("missing: no such file or folder"));
  }

  /** The recipe of a model has the numbers, wherever they came from. */
  @Test
  void modelsOfClassWeightsAreReproduced() throws IOException {
    Path weights = Files.writeString(folder.resolve("other.txt"), "1 2\n0.5 0\n");
    distilled("recipe", "--teacher", "8", "--teacher-epochs", "3", "--class-weights", weights);
    Files.delete(weights);
    Cli.run("reproduce", folder.resolve("recipe"), "--data", data).output();
  }

  @Test
  void aModelSaysWhatItWasTrainedOn() throws IOException {
    ModelInfo info = Checkpoint.read(teacher, Layout.AUTO).info();
    assertEquals(List.of("0", "1", "2", "3"), info.classNames());
    assertEquals(List.of(Cli.SIDE, Cli.SIDE), info.inputShape());
    assertEquals(255, info.divisor());
    assertEquals("1", info.more().get("seed"));
  }

  @Test
  void aModelIsExported() throws IOException {
    Path exported = folder.resolve("exported.onnx");
    assertEquals(
        exported + System.lineSeparator(), Cli.run("export", teacher, "--onnx", exported).output());
    SavedModel saved = Checkpoint.read(teacher, Layout.AUTO);
    Path written = folder.resolve("written.onnx");
    Onnx.write(written, saved.network(), saved.info());
    assertArrayEquals(Files.readAllBytes(written), Files.readAllBytes(exported));
    assertTrue(Cli.run("export", teacher).error(Main.USAGE).contains("--onnx"));
  }

  @Test
  void samplesWithAnIgnoredLabelAreNotEvaluated() {
    String out =
        Cli.run(
                "evaluate", teacher, "--data", data, "--out", folder.resolve("ignored"),
                "--ignore-label", Cli.CLASSES - 1)
            .output();
    int left = Cli.TEST_ROWS - Cli.TEST_ROWS / Cli.CLASSES;
    assertTrue(out.contains(" of " + left + " test samples"), out);
  }

  /** Only a warning: samples that others have scaled need no division. */
  @Test
  void anotherScaleThanTheModelsIsWarnedOf() {
    String warning =
        "retort: warning: " + teacher + " was trained on features divided by 255.0, those of data are"
            + " divided by 1.0; --divide-by says otherwise\n";
    for (Object[] command :
        new Object[][] {
          {"evaluate", teacher}, {"train", "--from", teacher, "--epochs", "1"},
          {"distill", "--teacher-model", teacher, "--epochs", "1", "--student", "4"}}) {
      Object[] args = {command, "--data", data, "--out", folder.resolve("scale")};
      assertEquals("", Cli.run(args).err());
      assertEquals(warning, Cli.run(args, "--divide-by", 1).err());
    }
  }

  @Test
  void trainingGoesOnFromAFile() throws IOException {
    String first = run("fresh", "train", "--hidden", "8").output();
    Path model = folder.resolve("fresh").resolve("model.safetensors");
    run("on", "train", "--from", model, "--rate", "1e-30", "--decay", "0").output();
    assertArrayEquals(
        Cli.weights(model), Cli.weights(folder.resolve("on").resolve("model.safetensors")), first);
    assertEquals(
        "retort: a saved network has no dropout: --from goes without",
        run("on", "train", "--from", model, "--dropout", "0.5").error(Main.USAGE));
  }

  @Test
  void evaluationShowsEachClass() throws IOException {
    String out =
        Cli.run("evaluate", teacher, "--data", data, "--out", folder.resolve("each")).output();
    assertTrue(out.contains("precision  recall"), out);
    assertTrue(out.contains("class \\ answer"), out);
    String json = Files.readString(folder.resolve("each").resolve("result.json"));
    assertTrue(json.contains("\"recall\""), json);
    assertTrue(json.contains("\"confusion\""), json);
  }
}
