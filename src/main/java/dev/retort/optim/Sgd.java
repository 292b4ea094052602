package dev.retort.optim;

import dev.retort.kernel.Backend;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import java.util.List;

/**
 * Stochastic gradient descent with momentum and weight decay, NOTES (E30), (E31):
 *
 * <pre>
 * g = dw + decay * w
 * v = momentum * v + g
 * w = w - rate * v                     Polyak 1964
 * w = w - rate * (momentum * v + g)    Nesterov's, as Sutskever et al. 2013 have it
 * </pre>
 *
 * <p>Not for use by two threads at once.
 */
public final class Sgd implements Optimizer {
  private final float momentum;
  private final boolean nesterov;
  private final float decay;
  private final List<Tensor> velocities;
  private final ParallelUpdate updates;
  private float rate;

  /**
   * An optimiser for the given parameters.
   *
   * @param parameters what it moves
   * @param momentum at least 0 and below 1
   * @param nesterov whether to look ahead
   * @param decay weight decay as L2, at least 0 and below 1, for parameters that decay
   * @throws IllegalArgumentException if one is outside of that
   */
  public Sgd(List<Parameter> parameters, double momentum, boolean nesterov, double decay) {
    this.momentum = (float) ParallelUpdate.checked("momentum", momentum, 1);
    this.nesterov = nesterov;
    this.decay = (float) ParallelUpdate.checked("weight decay", decay, 1);
    this.velocities = ParallelUpdate.zeros(parameters);
    this.updates = new ParallelUpdate(parameters, this::update);
  }

  @Override
  public void step(double learningRate) {
    rate = (float) ParallelUpdate.checked("learning rate", learningRate, Float.MAX_VALUE);
    updates.run();
  }

  private void update(int index, Parameter parameter, int from, int count) {
    Tensor w = parameter.value();
    Tensor v = velocities.get(index);
    Tensor dw = parameter.gradient();
    Backend.kernels()
        .sgd(
            w.data(), w.offset() + from, v.data(), from, dw.data(), dw.offset() + from,
            rate, momentum, nesterov, parameter.decays() ? decay : 0f, count);
  }
}
