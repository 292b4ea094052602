package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Variables that steer a peer are found, named and removed; no others are. */
final class NativeLibraryEnvironmentTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1", "OMP_WAIT_POLICY", "ACTIVE",
          "PATH", "/bin");

  @Test
  void theWarningSaysHowToMeasureWithoutThem() {
    assertEquals(
        Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1"),
        NativeLibraryEnvironment.in(ENVIRONMENT));
    String warning = NativeLibraryEnvironment.warning(ENVIRONMENT);
    assertTrue(warning.contains("env -u OMP_NUM_THREADS -u OPENBLAS_CORETYPE java"), warning);
    assertEquals("", NativeLibraryEnvironment.warning(Map.of("PATH", "/bin")));
  }

  @Test
  void theyAreRemovedAndThreadsDoNotSpin() {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    NativeLibraryEnvironment.clear(environment);
    assertEquals(Map.of("PATH", "/bin", "OMP_WAIT_POLICY", "PASSIVE"), environment);
  }
}
