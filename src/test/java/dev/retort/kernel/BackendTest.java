package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The choice of a backend on the class path, each in a JVM of its own. */
final class BackendTest {
  private static final String MODULE = "jdk.incubator.vector";

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

  private static Jvm.Outcome java(String... flags) throws Exception {
    return Jvm.run(List.of(flags), Main.class);
  }

  @Test
  void withTheModuleItIsVectorAndSaysNothing() throws Exception {
    Jvm.Outcome outcome = java("--add-modules", MODULE);
    assertEquals(0, outcome.code(), outcome::err);
    assertEquals("vector 0.0 2.0", outcome.out().strip());
    assertEquals(List.of(), outcome.ownLines());
  }

  @Test
  void withoutTheModuleItIsScalarAndSaysSoOnce() throws Exception {
    Jvm.Outcome outcome = java();
    assertEquals(0, outcome.code(), outcome::err);
    assertEquals("scalar 0.0 2.0", outcome.out().strip());
    List<String> said =
        outcome.ownLines().stream().filter(line -> line.contains("backend")).toList();
    assertEquals(1, said.size(), outcome::err);
    assertTrue(said.getFirst().startsWith("WARNING: slow backend: scalar"), said::getFirst);
    assertTrue(said.getFirst().contains("--add-modules " + MODULE), said::getFirst);
  }

  @Test
  void aForcedVectorBackendThatCannotLoadIsAnError() throws Exception {
    Jvm.Outcome outcome = java("-Dretort.backend=vector");
    assertEquals(1, outcome.code());
    assertEquals("", outcome.out().strip());
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
      Jvm.Outcome outcome = java(options);
      assertEquals("scalar 0.0 2.0", outcome.out().strip(), outcome::err);
      assertEquals(List.of(), outcome.ownLines());
    }
  }

  @Test
  void anUnknownBackendIsAnError() throws Exception {
    Jvm.Outcome outcome = java("-Dretort.backend=gpu", "--add-modules", MODULE);
    assertEquals(1, outcome.code());
    assertFalse(outcome.out().contains("scalar"));
    assertTrue(
        outcome.err().contains("retort.backend must be 'vector' or 'scalar', not 'gpu'"),
        outcome::err);
  }

  private static Backend.Choice choice(String forced, int bits, boolean fma, String mode) {
    return Backend.choose(forced, new Backend.Machine(bits, fma, mode, ""));
  }

  /** Every width that the API can name. No signature names its types: the module may be absent. */
  static IntStream widths() {
    return Arrays.stream(VectorShape.values()).mapToInt(VectorShape::vectorBitSize);
  }

  /** Wider machines are given vectors of 512 bits. */
  @ParameterizedTest
  @MethodSource("widths")
  void vectorsServeFrom128Bits(int bits) {
    Backend.Choice free = choice(null, bits, true, "mixed mode");
    Backend.Choice forced = choice("vector", bits, true, "mixed mode");
    assertEquals(bits < 128 ? "scalar" : "vector", free.name());
    assertEquals(bits < 128, free.slow());
    assertEquals(bits < 128, free.reason().contains("vectors of " + bits + " bits"));
    assertNull(free.refusal());
    assertEquals(
        bits < 128 ? "retort.backend=vector, but vectors of 64 bits, the kernels need 128" : null,
        forced.refusal());
  }

  @ParameterizedTest
  @CsvSource({
    "false, mixed mode, the JVM has no FMA instruction",
    "true, 'interpreted mode, sharing', 'the JVM runs without C2, interpreted mode, sharing'",
    "true, 'mixed mode, emulated-client', 'the JVM runs without C2, mixed mode, emulated-client'"
  })
  void whereVectorsWouldBeSlowTheyServeOnlyIfForced(boolean fma, String mode, String why) {
    assertEquals(new Backend.Choice("scalar", why, true, null), choice(null, 512, fma, mode));
    assertEquals(
        new Backend.Choice("vector", "forced by -Dretort.backend, but " + why, true, null),
        choice("vector", 512, fma, mode));
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx1g -XX:TieredStopAtLevel=3 App, -XX:TieredStopAtLevel=3",
    "-XX:+UnlockExperimentalVMOptions -XX:-EnableVectorSupport, -XX:-EnableVectorSupport",
    "-XX:-UseCompiler, -XX:-UseCompiler",
    "-XX:TieredStopAtLevel=4 -XX:+UseCompiler -XX:-UseCompilerX, "
  })
  void aFlagThatKeepsC2AwayIsNamed(String flags, String flag) {
    Backend.Choice choice =
        Backend.choose(null, new Backend.Machine(512, true, "mixed mode, sharing", flags));
    assertEquals(
        flag == null ? MODULE + " is loaded" : "the JVM runs without C2 for vectors, " + flag,
        choice.reason());
  }

  @Test
  void aForcedVectorBackendOfTooNarrowVectorsIsAnError() throws Exception {
    Jvm.Outcome outcome = java("-Dretort.backend=vector", "--add-modules", MODULE,
        "-XX:MaxVectorSize=8");
    assertEquals(1, outcome.code());
    assertTrue(
        outcome.err().contains(
            "retort.backend=vector, but vectors of 64 bits, the kernels need 128"),
        outcome::err);
  }
}
