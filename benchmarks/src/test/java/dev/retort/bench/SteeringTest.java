package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What steers a peer is seen, named and taken away; nothing else is. */
final class SteeringTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1", "OMP_WAIT_POLICY", "ACTIVE",
          "PATH", "/bin");

  @Test
  void itIsFoundAndTheWarningSaysHowToMeasureWithout() {
    assertEquals(
        Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1"), Steering.in(ENVIRONMENT));
    assertTrue(
        Steering.warning(ENVIRONMENT).contains("env -u OMP_NUM_THREADS -u OPENBLAS_CORETYPE java"),
        Steering.warning(ENVIRONMENT));
    assertEquals("", Steering.warning(Map.of("PATH", "/bin")));
  }

  @Test
  void itIsTakenAwayAndThreadsDoNotSpin() {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    Steering.calm(environment);
    assertEquals(Map.of("PATH", "/bin", "OMP_WAIT_POLICY", "PASSIVE"), environment);
  }
}
