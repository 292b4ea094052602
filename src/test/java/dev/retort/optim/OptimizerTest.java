package dev.retort.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates shared out to threads: every element once, whatever the sizes. */
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class OptimizerTest {
  /** Enough for more than eight parts, and no multiple of anything. */
  private static final int MANY = 8 * 65536 + 12345;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyElementOfEveryParameterMovesOnce(int count) {
    Pool.setThreads(count);
    List<Parameter> parameters =
        List.of(
            Parameter.weight(Tensor.zeros(MANY)), Parameter.weight(Tensor.zeros(0)),
            Parameter.bias(Tensor.zeros(65)), Parameter.weight(Tensor.zeros(2 * 65536)));
    for (Parameter parameter : parameters) {
      Arrays.fill(parameter.gradient().data(), 1f);
    }
    Sgd.polyak(parameters, 0, 0).step(1);
    for (Parameter parameter : parameters) {
      float[] expected = new float[parameter.value().size()];
      Arrays.fill(expected, -1f);
      assertArrayEquals(expected, parameter.value().data());
    }
  }

  /** Both optimisers on a view: what lies around it stays. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aViewMovesAloneWhateverTheNumberOfThreads(int count) {
    Pool.setThreads(count);
    Tensor storage = Tensor.zeros(5, 65536);
    Parameter view = Parameter.weight(storage.rows(1, 4));
    Arrays.fill(view.gradient().data(), 1f);
    float[] expected = new float[5 * 65536];
    Sgd.polyak(List.of(view), 0, 0).step(1);
    Arrays.fill(expected, 65536, 4 * 65536, -1f);
    assertArrayEquals(expected, storage.data());
    Longhand.adam(List.of(view), 0).step(1);
    Arrays.fill(expected, 65536, 4 * 65536, storage.get(1, 0));
    assertArrayEquals(expected, storage.data());
    assertEquals(-2f, storage.get(1, 0), 1e-6f);
  }

  @Test
  void theWorkIsReallyShared() {
    Pool.setThreads(8);
    AtomicInteger calls = new AtomicInteger();
    List<Parameter> parameters = List.of(Parameter.weight(Tensor.zeros(MANY)));
    Optimizer optimizer =
        new Optimizer(parameters) {
          @Override
          public void step(double learningRate) {
            updateAll();
          }

          @Override
          public void state(TrainingState state) {}

          @Override
          void update(int from, int count) {
            calls.incrementAndGet();
          }
        };
    optimizer.step(1);
    assertEquals(8, calls.get());
  }
}
