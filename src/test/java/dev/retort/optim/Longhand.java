package dev.retort.optim;

import module java.base;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/** Parameters that tests move: a weight that is a view into a larger array, and a bias. */
final class Longhand {
  private static final int SKIPPED = 2;

  final float[] storage;
  final Parameter weight;
  final Parameter bias;
  private final SplittableRandom random = new SplittableRandom(1);

  Longhand() {
    storage = random(7 * 19);
    Tensor all = Tensor.of(storage, 7, 19);
    weight = Parameter.weight(all.rows(SKIPPED, 6));
    bias = Parameter.bias(Tensor.of(random(19), 19));
  }

  /** With the numbers of the paper. */
  static Adam adam(List<Parameter> parameters, double decay) {
    return new Adam(parameters, 0.9, 0.999, 1e-8, decay);
  }

  List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  /** New gradients, as a backward would leave them. */
  void gradients() {
    for (Parameter parameter : parameters()) {
      Tensor dw = parameter.gradient();
      System.arraycopy(random(dw.size()), 0, dw.data(), dw.offset(), dw.size());
    }
  }

  private float[] random(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
    }
    return x;
  }
}
