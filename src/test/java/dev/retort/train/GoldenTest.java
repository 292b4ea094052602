package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One seed, one model: {@link GoldenModels} come out with the same bits on every backend, at every
 * width, with any number of threads, compiled or interpreted.
 */
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class GoldenTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void anyNumberOfThreadsGivesTheModel(int count) {
    Pool.setThreads(count);
    assertEquals(GoldenModels.LARGE, GoldenModels.large(), Backend.describe());
  }

  @Test
  @Tag("interpreted")
  void theInterpreterGivesTheModel() {
    assertEquals(GoldenModels.SMALL, GoldenModels.small(), Backend.describe());
  }
}
