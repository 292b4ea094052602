package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.IdxBytes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person gets who asks for what cannot be: one line and an exit code. */
class CommandErrorsTest {
  @TempDir static Path folder;

  private static Path data;
  private static Path out;

  @BeforeAll
  static void soundData() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    out = folder.resolve("out");
  }

  /** Runs a command on sound data; the words of a line are its arguments. */
  private static Cli.Outcome run(String line) {
    return Cli.run(line.split(" "), "--data", data, "--out", out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "-Infinity", "1e-300", "1e300"})
  void temperaturesThatAreNone(String temperature) {
    String error =
        "retort: temperature must be finite and positive (1e-30 to 1e6), not "
            + Double.parseDouble(temperature);
    assertEquals(error, run("distill --temperature " + temperature).error(Main.USAGE));
    assertEquals(error, run("distill --loss matching --temperature " + temperature).error(Main.USAGE));
  }

  @Test
  void theHighestTemperatureIsOne() {
    String line = "distill --temperature 1e6 --teacher 2 --teacher-epochs 1 --student 2 --epochs 1";
    assertEquals(0, run(line).code(), line);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, 'hard weight must be finite and at least 0, not -1.0'",
    "1, -0.5, 'soft weight must be finite and at least 0, not -0.5'",
    "NaN, 1, 'hard weight must be finite and at least 0, not NaN'",
    "1, NaN, 'soft weight must be finite and at least 0, not NaN'",
    "Infinity, 1, 'hard weight must be finite and at least 0, not Infinity'",
    "1, Infinity, 'soft weight must be finite and at least 0, not Infinity'",
    "0, 0, hard weight and soft weight are both 0: nothing to learn"
  })
  void weightsThatAreNone(String hard, String soft, String message) {
    Cli.Outcome outcome = run("distill --hard-weight " + hard + " --soft-weight " + soft);
    assertEquals("retort: " + message, outcome.error(Main.USAGE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          distill --epochs 0             | epochs must be at least 1, not 0
          distill --teacher-epochs -3    | epochs must be at least 1, not -3
          distill --batch 0              | batch size must be at least 1, not 0
          distill --runs 0               | --runs must be at least 1, not 0
          distill --threads 0            | threads must be a number from 1 to
          train --threads -1             | threads must be a number from 1 to
          tune --threads 100000          | threads must be a number from 1 to
          distill --teacher-jitter -1    | jitter must be 0 to 65536 pixels, not -1
          distill --loss top --top 0 | top targets need at least 1 class, not 0
          distill --loss decoupled --other-weight -1 | other weight must be finite
          distill --warm-up 1            | warm-up share must be in [0, 1.0), not 1.0
          train --patience 3             | patience needs a validation set
          distill --distilled-rate NaN   | learning rate must be
          distill --alone-decay -1       | weight decay must be
          train --dropout 1              | dropout rate must be in [0, 1), not 1.0
          train --momentum 1             | momentum must be
          train --max-norm 0             | the limit of the norm must be finite and positive, not 0.0
          train --momentum-warm-up 2     | warm-up share must be in [0, 1.0), not 2.0
          train --optimizer adam --momentum-warm-up 0.1 | Adam has no momentum to set
          hinton --seeds 0               | --seeds must be at least 1, not 0
          hinton --quick --paper         | give one of --quick and --paper, not both
          hinton --set alone.epoch=3     | no number of a recipe is called alone.epoch; it is a row, a point and one of batch,
          hinton --set alone.temperature=3 | no number of a recipe is called alone.temperature
          hinton --set alone.epochs=1.5  | alone.epochs must be a whole number, not 1.5
          hinton --set alone.units=0     | alone.units must be a layer size from 1 to 999999, not 0
          hinton --set no3.rate=fast     | no3.rate must be a number, not fast
          hinton --rows alone --set alone.dropout=2 | dropout rate must be in [0, 1), not 2.0
          hinton --rows wide --set wide.temperature=0 | temperature must be
          hinton --rows only78           | row only78 needs samples of class 7, which data has not
          train --smoothing 1            | label smoothing must be in [0, 1), not 1.0
          train --validation 2           | the share to hold out must be in (0, 1), not 2.0
          train --epochs 2147483647 --batch 1 | 2147483647 epochs are 171798691760 steps, more than
          tune --runs 0                  | --runs must be at least 1, not 0
          tune --share 0                 | the share to hold out must be in (0, 1), not 0.0
          """)
  void numbersOutOfRange(String line, String message) {
    String error = run(line).error(Main.USAGE);
    assertTrue(error.startsWith("retort: " + message), error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          distill --no-such     | Unknown option: '--no-such'
          distill --student 3- | Invalid value for option '--student' (<student>): '3-' is not a row
          distill --student 0-3 | Invalid value for option '--student' (<student>): '0-3' is not a
          distill --student -3 | Invalid value for option '--student' (<student>): '-3' is not a row
          distill --epochs many | Invalid value for option '--epochs': 'many' is not an int
          distill --seed 1.5 | Invalid value for option '--seed': '1.5' is not a long
          distill --loss none | Invalid value for option '--loss': expected one of [DISTILLATION, MATCHING,
          train --schedule up | Invalid value for option '--schedule': expected one of [CONSTANT,
          evaluate | Missing required parameter: 'MODEL'
          train a-stray-word | Unmatched argument at index
          """)
  void wordsThatAreNotUnderstood(String line, String message) {
    String error = run(line).error(Main.USAGE);
    assertTrue(error.startsWith("retort: " + message), error);
    assertTrue(error.endsWith(" (see retort help)"), error);
  }

  @Test
  void unknownCommandAndNone() {
    assertTrue(Cli.run("destill").error(Main.USAGE).startsWith("retort: Unmatched argument"));
    Cli.Outcome none = Cli.run();
    assertEquals(Main.USAGE, none.code());
    assertTrue(none.err().startsWith("Usage: retort"), none.err());
  }

  @Test
  void missingData() {
    Path nowhere = folder.resolve("nowhere");
    assertTrue(
        Cli.run("distill", "--data", nowhere, "--out", out)
            .error(Main.USAGE)
            .startsWith("retort: no nowhere-train-images-idx3-ubyte or other data in " + folder));
  }

  @Test
  void aClassWithoutASampleIsWarnedOf() throws IOException {
    Path shifted = Cli.writeData(Files.createDirectory(folder.resolve("shifted")));
    byte[] labels = new byte[Cli.TRAIN_ROWS];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (1 + i % 2);
    }
    Files.write(
        shifted.resolve("train-labels-idx1-ubyte.gz"), IdxBytes.of(labels, Cli.TRAIN_ROWS));
    Files.write(
        shifted.resolve("t10k-labels-idx1-ubyte.gz"),
        IdxBytes.of(Arrays.copyOf(labels, Cli.TEST_ROWS), Cli.TEST_ROWS));
    Object[] train = {"train", "--epochs", "1", "--data", shifted, "--out", out};
    Cli.Outcome warned = Cli.run(train);
    assertEquals(0, warned.code());
    assertEquals(
        "retort: warning: no training sample of class 0; labels that begin at 1 need"
            + " --labels-from 1\n",
        warned.err());
    Cli.run(train, "--labels-from", "1", "--transpose", "--divide-by", "128").output();
  }

  @Test
  void truncatedData() throws IOException {
    Path cut = Cli.writeData(Files.createDirectory(folder.resolve("cut")));
    Path images = cut.resolve("train-images-idx3-ubyte");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1000));
    for (String command : List.of("distill", "train", "tune", "targets")) {
      String error = Cli.run(command, "--data", cut, "--out", out).error(Main.USAGE);
      assertTrue(error.startsWith("retort: " + images), error);
      assertTrue(error.endsWith("promise 2880 bytes, more than the file can hold"), error);
    }
  }

  @Test
  void jitterOfWhatIsNoImage() throws IOException {
    Path flat = Cli.writeData(Files.createDirectory(folder.resolve("flat")));
    for (String part : List.of("train", "t10k")) {
      int rows = part.equals("train") ? Cli.TRAIN_ROWS : Cli.TEST_ROWS;
      Files.write(
          flat.resolve(part + "-images-idx3-ubyte"), IdxBytes.of(new byte[3 * rows], rows, 3));
    }
    Cli.Outcome outcome = Cli.run("distill", "--data", flat, "--out", out);
    assertEquals("retort: flat: features of shape [80, 3] are not images", outcome.error(Main.USAGE));
  }

  @Test
  void unwritableOut() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(
        "retort: cannot write to " + file + ": a file of that name exists; choose another folder with"
            + " --out",
        Cli.run("distill", "--data", data, "--out", file).error(Main.FAILURE));
    Path below = file.resolve("below");
    String error = Cli.run("train", "--data", data, "--out", below).error(Main.FAILURE);
    assertTrue(error.startsWith("retort: cannot write to " + below + ": "), error);
    assertFalse(error.contains("Exception"), error);
  }

  @Test
  void modelsThatAreNone() throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    assertEquals(
        "retort: model " + missing + ": no such file or folder",
        Cli.run("evaluate", missing, "--data", data, "--out", out).error(Main.USAGE));
    assertEquals(
        "retort: model " + missing + ": no such file or folder",
        Cli.run("targets", "--model", missing, "--data", data).error(Main.USAGE));
    Path text = Files.writeString(folder.resolve("text.safetensors"), "hello");
    String error = Cli.run("evaluate", text, "--data", data, "--out", out).error(Main.USAGE);
    assertTrue(error.startsWith("retort: " + text + ": "), error);
    error = Cli.run("evaluate", folder, "--data", data, "--out", out).error(Main.USAGE);
    assertFalse(error.contains("Exception"), error);
  }

  @Test
  void trainingThatRunsAway() {
    String error =
        run("train --hidden 4 --epochs 9 --decay 0 --rate 1e30").error(Main.FAILURE);
    assertTrue(error.startsWith("retort: training diverged in epoch "), error);
    assertTrue(error.endsWith("; try a lower learning rate"), error);
  }

  @Test
  void onlyDebugShowsTheStack() {
    Cli.Outcome outcome = run("distill --temperature 0 --debug");
    assertEquals(Main.USAGE, outcome.code());
    assertTrue(outcome.err().startsWith("retort: temperature must be"), outcome.err());
    assertTrue(outcome.err().contains("\tat dev.retort.loss."), outcome.err());
  }

  @Test
  void forcedBackendThatCannotBeHad() throws Exception {
    Cli.Outcome vector = Cli.fork(List.of("-Dretort.backend=vector"), "info");
    assertEquals(
        "retort: retort.backend=vector, but the JVM runs without --add-modules"
            + " jdk.incubator.vector",
        vector.error(Main.FAILURE));
    Cli.Outcome none =
        Cli.fork(List.of("-Dretort.backend=fpga"), "train", "--data", data, "--out", out);
    assertEquals(
        "retort: retort.backend must be 'vector' or 'scalar', not 'fpga'",
        none.error(Main.FAILURE));
  }

  @ParameterizedTest
  @CsvSource({"abc, info", "0, info", "-5, info", "100000, info", "2.5, train"})
  void threadsThatCannotBeHad(String threads, String command) throws Exception {
    Cli.Outcome outcome = Cli.fork(List.of("-Dretort.threads=" + threads), command);
    String own = outcome.err().lines().filter(line -> line.startsWith("retort: ")).findAny().orElse("");
    assertEquals(Main.USAGE, outcome.code());
    assertTrue(own.startsWith("retort: retort.threads must be a number from 1 to "), own);
    assertTrue(own.endsWith(", not '" + threads + "'"), own);
    assertEquals("", outcome.out());
  }

  @Test
  void memoryThatIsNotThere() throws Exception {
    Cli.Outcome outcome =
        Cli.fork(
            List.of("-Xmx32m", "-Dretort.backend=scalar"), "train", "--hidden", "900000", "--data",
            data, "--out", out);
    String error = outcome.error(Main.FAILURE);
    assertTrue(error.startsWith("retort: not enough memory (Java heap space)"), error);
  }

  @Test
  void helpGoesWithoutABackend() throws Exception {
    Cli.Outcome help = Cli.fork(List.of("-Dretort.backend=vector"), "help", "distill");
    assertTrue(help.output().contains("--temperature"), help.out());
  }
}
