package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Npy;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code --sample-weights}. The samples' classes are 0 1 2 3 0 1 2 3 and so on, so a file that weighs the samples by
 * their class must give what {@code --class-weights} gives, to the bit.
 */
class SampleWeightsTest {
  private static final float[] OF_CLASS = {1, 2, 0.5f, 0};
  private static final String TRAIN = "train --hidden 5 --epochs 2";
  private static final String DISTILL =
      "distill --teacher 6 --student 4 --teacher-epochs 2 --epochs 2 --teacher-jitter 0";
  private static final String TUNE =
      "tune --runs 1 --teacher 6 --student 4 --teacher-epochs 1 --epochs 1 --teacher-jitter 0 --rates 0.1 --decays 0";

  @TempDir static Path folder;
  private static Path data;
  private static Path npy;
  private static int runs;

  @BeforeAll
  static void write() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    npy = weights("weights.npy", OF_CLASS);
  }

  /** A file of weights by class. */
  private static Path weights(String name, float... ofClass) throws IOException {
    Path file = folder.resolve(name);
    float[] each = new float[Cli.TRAIN_ROWS];
    for (int i = 0; i < each.length; i++) {
      each[i] = ofClass[i % Cli.CLASSES];
    }
    Npy.write(file, Tensor.of(each, each.length));
    return file;
  }

  private static Cli.Outcome run(String line, Path out) {
    return Cli.run(line.split(" ", -1), "--data", data, "--out", out);
  }

  private static Path ran(String line) {
    Path out = folder.resolve("out" + runs++);
    run(line, out).output();
    return out;
  }

  private static float[][] network(Path out, String model) {
    return Cli.weights(out.resolve(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {TRAIN, TRAIN + " --validation 0.3 --patience 1", DISTILL})
  void weightsBySampleAreWeightsByClass(String line) throws IOException {
    Path byClass = ran(line + " --class-weights 1,2,0.5,0");
    Path bySample = ran(line + " --sample-weights " + npy);
    Path plain = ran(line);
    List<String> models =
        line.equals(DISTILL)
            ? List.of("teacher.safetensors", "student-alone.safetensors", "student-distilled.safetensors")
            : List.of("model.safetensors");
    for (String model : models) {
      assertArrayEquals(network(byClass, model), network(bySample, model));
      assertFalse(Arrays.deepEquals(network(plain, model), network(bySample, model)));
    }
  }

  @Test
  void tuneWeighsThePartThatItTrainsOn() {
    String byClass = run(TUNE + " --class-weights 1,2,0.5,0", folder.resolve("tune")).output();
    assertEquals(byClass, run(TUNE + " --sample-weights " + npy, folder.resolve("tune")).output());
    assertFalse(byClass.equals(run(TUNE, folder.resolve("tune")).output()));
  }

  @Test
  void bothKindsMultiply() throws IOException {
    Path product = ran(TRAIN + " --sample-weights " + weights("product.npy", 1, 4, 0.25f, 0));
    Path both = ran(TRAIN + " --class-weights 1,2,0.5,0 --sample-weights " + npy);
    assertArrayEquals(network(product, "model.safetensors"), network(both, "model.safetensors"));
  }

  /** One network may be distilled from a teacher that is given, too. */
  @Test
  void aGivenTeachersStudentIsWeighed() {
    String given = DISTILL + " --teacher-model " + ran(TRAIN).resolve("model.safetensors");
    assertArrayEquals(
        network(ran(given + " --class-weights 1,2,0.5,0"), "student-distilled.safetensors"),
        network(ran(given + " --sample-weights " + npy), "student-distilled.safetensors"));
  }

  @Test
  void theFileMayBeATableOfOneColumn() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("weights.csv"), "weight\n" + "1\n2\n0.5\n0\n".repeat(Cli.TRAIN_ROWS / Cli.CLASSES));
    assertArrayEquals(
        network(ran(TRAIN + " --sample-weights " + npy), "model.safetensors"),
        network(ran(TRAIN + " --sample-weights " + csv), "model.safetensors"));
  }

  /** The recipe has the SHA-256 of the file, so the file is wanted again, wherever it is by then. */
  @ParameterizedTest
  @ValueSource(strings = {TRAIN, DISTILL})
  void theModelsAreReproducedWithTheFile(String line) throws IOException {
    Path file = Files.copy(npy, folder.resolve("given" + runs + ".npy"));
    Path models = ran(line + " --sample-weights " + file);
    Path moved = Files.move(file, folder.resolve("moved" + runs));
    String missing = Cli.run("reproduce", models, "--data", data).error(Main.USAGE);
    assertTrue(
        missing.matches(
            "retort: the recipe has a file for --sample-weights whose SHA-256 is \\w{64}: name it after --with"),
        missing);
    String output = Cli.run("reproduce", models, "--data", data, "--with", moved).output();
    assertEquals(line.equals(TRAIN) ? 1 : 3, output.lines().filter(s -> s.contains(": reproduced, ")).count());
  }

  private static String error(Path file) {
    String error = run(TRAIN + " --sample-weights " + file, folder.resolve("none")).error(Main.USAGE);
    String start = "retort: " + file + ": ";
    assertTrue(error.startsWith(start), error);
    assertEquals(error, run(DISTILL + " --sample-weights " + file, folder.resolve("none")).error(Main.USAGE));
    return error.substring(start.length());
  }

  @ParameterizedTest
  @CsvSource({"-1,-1.0", "NaN,NaN", "Infinity,Infinity", "1e-10,1.000000013351432E-10", "2e9,2.0E9"})
  void aWeightOutOfRange(float weight, String text) throws IOException {
    String message = "the weight of sample 1 must be 0, or 2^-30 to 2^30, not ";
    assertEquals(message + text, error(weights("bad.npy", 1, weight, 1, 1)));
  }

  @Test
  void weightsThatAreNone() throws IOException {
    assertEquals(
        "no sample has a weight above 0: nothing to learn", error(weights("zeros.npy", 0, 0, 0, 0)));
    Path missing = folder.resolve("missing.npy");
    assertEquals("cannot be read: " + missing + ": no such file", error(missing));
  }

  @Test
  void anotherNumberOfWeights() throws IOException {
    String wanted = ", where the 80 training samples of data have a weight each";
    Path file = folder.resolve("shape.npy");
    Npy.write(file, Tensor.zeros(79));
    assertEquals("its shape is [79]" + wanted, error(file));
    Npy.write(file, Tensor.zeros(80, 2));
    assertEquals("its shape is [80, 2]" + wanted, error(file));
    Path table = Files.writeString(folder.resolve("bare.csv"), "1\n".repeat(80));
    assertEquals("its shape is [79, 1]" + wanted, error(table));
  }
}
