package dev.retort.cli;

import module java.base;
import dev.retort.Jvm;
import dev.retort.Retort;
import dev.retort.data.IdxBytes;
import org.junit.jupiter.api.Assertions;

/** The command line as tests run it, and a data set small enough for them. */
final class Cli {
  static final int TRAIN_ROWS = 80;
  static final int TEST_ROWS = 40;
  static final int SIDE = 6;
  static final int CLASSES = 4;

  /** Exit code and what was printed. */
  record Outcome(int code, String out, String err) {
    /** The only line on the error channel of a run that ended with the code. */
    String error(int expected) {
      Assertions.assertEquals(expected, code, err);
      Assertions.assertTrue(err.endsWith("\n"), err);
      Assertions.assertEquals(1, err.lines().count(), err);
      return err.strip();
    }

    /** What a run that went well printed. */
    String output() {
      Assertions.assertEquals("", err);
      Assertions.assertEquals(0, code);
      return out;
    }
  }

  private Cli() {}

  /** Runs a command in this JVM, which has as many threads afterwards as before. */
  static Outcome run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int threads = Retort.threads();
    try {
      int code = Main.run(words(args), new PrintWriter(out, true), new PrintWriter(err, true));
      return new Outcome(code, out.toString(), err.toString());
    } finally {
      Retort.setThreads(threads);
    }
  }

  /** Runs a command in a JVM of its own, with these flags. */
  static Outcome fork(List<String> flags, Object... args) throws Exception {
    Jvm.Outcome outcome = Jvm.run(flags, Main.class, words(args));
    return new Outcome(outcome.code(), outcome.out(), outcome.err());
  }

  /** The words of a command line; an array among the arguments stands for its elements. */
  static String[] words(Object... args) {
    return flat(args).map(Object::toString).toArray(String[]::new);
  }

  private static Stream<Object> flat(Object... args) {
    return Stream.of(args).flatMap(arg -> arg instanceof Object[] more ? flat(more) : Stream.of(arg));
  }

  /** The parameters of a saved network. */
  static float[][] weights(Path model) {
    return RunOptions.model(model).parameters().stream()
        .map(parameter -> parameter.value().toArray())
        .toArray(float[][]::new);
  }

  /** Four classes of noisy images, each bright in a quarter of its own. */
  static Path writeData(Path folder) throws IOException {
    write(folder, "train", TRAIN_ROWS);
    write(folder, "t10k", TEST_ROWS);
    return folder;
  }

  private static void write(Path folder, String part, int rows) throws IOException {
    Random random = new Random(rows);
    byte[] labels = new byte[rows];
    byte[] images = new byte[rows * SIDE * SIDE];
    for (int i = 0; i < images.length; i++) {
      int sample = i / (SIDE * SIDE);
      int quarter = i / SIDE % SIDE / (SIDE / 2) * 2 + i % SIDE / (SIDE / 2);
      labels[sample] = (byte) (sample % CLASSES);
      images[i] = (byte) (random.nextInt(150) + (quarter == sample % CLASSES ? 100 : 0));
    }
    Files.write(
        folder.resolve(part + "-images-idx3-ubyte"), IdxBytes.of(images, rows, SIDE, SIDE));
    Files.write(
        folder.resolve(part + "-labels-idx1-ubyte.gz"), IdxBytes.gzip(IdxBytes.of(labels, rows)));
  }
}
