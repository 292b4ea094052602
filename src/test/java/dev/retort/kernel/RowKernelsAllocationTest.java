package dev.retort.kernel;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels over rows of logits allocate nothing once compiled, in either backend. */
@Tag("allocation")
final class RowKernelsAllocationTest {
  private static final int ROWS = 37;

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1000})
  void nothing(int cols) {
    float[] z = Bits.ordinary(ROWS * cols, new SplittableRandom(1));
    float[] y = new float[ROWS * cols];
    double[] value = new double[ROWS];
    double[] other = new double[ROWS];
    int[] labels = new int[ROWS];
    for (Kernels k : new Kernels[] {new VectorKernels(), new ScalarKernels()}) {
      Allocation.assertNone(
          k.getClass().getSimpleName() + " of " + cols,
          () -> {
            k.crossEntropy(value, 0, y, 0, z, 0, labels, 0, 0.1, 1f, ROWS, cols);
            k.softmax(y, 0, z, 0, 0.5f, ROWS, cols);
            k.softCrossEntropy(value, 0, z, 0, y, 0, 0.5f, ROWS, cols);
            k.distillation(
                value, other, 0, y, 0, z, 0, y, 0, labels, 0, 0.5f, 1f, 1f, ROWS, cols);
          });
    }
  }
}
