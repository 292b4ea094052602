package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice of a backend on the class path, each in a JVM of its own. */
final class BackendTest {
  private static final String MODULE = "jdk.incubator.vector";
  private static final long PATIENCE = 60;

  @TempDir private Path directory;

  /** What each JVM runs: uses the kernels twice, then tells which they are. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      float[] y = {-1f, 2f};
      Backend.kernels().relu(y, 0, y, 0, 2);
      Backend.kernels().relu(y, 0, y, 0, 2);
      System.out.println(Backend.name() + " " + y[0] + " " + y[1]);
    }
  }

  private record Outcome(int exit, String out, String err) {
    /** Lines that the engine, not the JVM, wrote to the error stream. */
    List<String> ownLines() {
      return err.lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    }
  }

  private Outcome java(String... options) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-Duser.language=en", "-cp", System.getProperty("java.class.path"),
            Main.class.getName()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(process.waitFor(PATIENCE, TimeUnit.SECONDS));
    return new Outcome(process.exitValue(), text(out), text(err));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }

  @Test
  void withTheModuleItIsVectorAndSaysNothing() throws Exception {
    Outcome outcome = java("--add-modules", MODULE);
    assertEquals(0, outcome.exit(), outcome::err);
    assertEquals("vector 0.0 2.0", outcome.out());
    assertEquals(List.of(), outcome.ownLines());
  }

  @Test
  void withoutTheModuleItIsScalarAndSaysSoOnce() throws Exception {
    Outcome outcome = java();
    assertEquals(0, outcome.exit(), outcome::err);
    assertEquals("scalar 0.0 2.0", outcome.out());
    List<String> said =
        outcome.ownLines().stream().filter(line -> line.contains("backend")).toList();
    assertEquals(1, said.size(), outcome::err);
    assertTrue(said.getFirst().startsWith("WARNING: slow scalar backend: "), said::getFirst);
    assertTrue(said.getFirst().contains("--add-modules " + MODULE), said::getFirst);
  }

  @Test
  void aForcedVectorBackendThatCannotLoadIsAnError() throws Exception {
    Outcome outcome = java("-Dretort.backend=vector");
    assertEquals(1, outcome.exit());
    assertEquals("", outcome.out());
    assertTrue(
        outcome.err().contains(
            "retort.backend=vector, but the JVM runs without --add-modules " + MODULE),
        outcome::err);
  }

  @Test
  void aForcedScalarBackendSaysNothing() throws Exception {
    for (String[] options :
        new String[][] {
          {"-Dretort.backend=scalar"}, {"-Dretort.backend=scalar", "--add-modules", MODULE}
        }) {
      Outcome outcome = java(options);
      assertEquals("scalar 0.0 2.0", outcome.out(), outcome::err);
      assertEquals(List.of(), outcome.ownLines());
    }
  }

  @Test
  void anUnknownBackendIsAnError() throws Exception {
    Outcome outcome = java("-Dretort.backend=gpu", "--add-modules", MODULE);
    assertEquals(1, outcome.exit());
    assertFalse(outcome.out().contains("scalar"));
    assertTrue(
        outcome.err().contains("retort.backend must be 'vector' or 'scalar', not 'gpu'"),
        outcome::err);
  }
}
