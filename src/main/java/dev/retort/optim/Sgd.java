package dev.retort.optim;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/**
 * Stochastic gradient descent with momentum and weight decay, NOTES (E30), (E31):
 *
 * <pre>
 * g = dw + decay * w
 * v = momentum * v + g
 * w = w - rate * v                     Polyak 1964
 * w = w - rate * (momentum * v + g)    Nesterov's, Sutskever et al. 2013
 * </pre>
 */
public final class Sgd extends Optimizer {
  private float momentum;
  private final boolean nesterov;
  private final float decay;
  private final List<Tensor> velocities;
  private float rate;

  private Sgd(List<Parameter> parameters, double momentum, double decay, boolean nesterov) {
    super(parameters);
    momentum(momentum);
    this.nesterov = nesterov;
    this.decay = (float) requireRange("weight decay", decay, 1);
    this.velocities = zeros(parameters);
  }

  /**
   * {@return an optimiser with Polyak's momentum, whose velocities are 0; at momentum 0 it is plain gradient descent}
   *
   * @param parameters what it updates
   * @param momentum at least 0 and below 1
   * @param decay weight decay as L2, at least 0 and below 1, for parameters that decay
   * @throws IllegalArgumentException if one is out of range
   */
  public static Sgd polyak(List<Parameter> parameters, double momentum, double decay) {
    return new Sgd(parameters, momentum, decay, false);
  }

  /**
   * {@return an optimiser with Nesterov's momentum, whose velocities are 0}
   *
   * @param parameters what it updates
   * @param momentum at least 0 and below 1
   * @param decay weight decay as L2, at least 0 and below 1, for parameters that decay
   * @throws IllegalArgumentException if one is out of range
   */
  public static Sgd nesterov(List<Parameter> parameters, double momentum, double decay) {
    return new Sgd(parameters, momentum, decay, true);
  }

  /**
   * Changes the momentum of the steps that follow.
   *
   * @param value at least 0 and below 1
   * @throws IllegalArgumentException if it is out of range
   */
  public void momentum(double value) {
    momentum = (float) requireRange("momentum", value, 1);
  }

  @Override
  public void step(double learningRate) {
    rate = (float) requireRange("learning rate", learningRate, Float.MAX_VALUE);
    updateAll();
  }

  @Override
  public void state(TrainingState state) {
    state.tensors("velocity", velocities);
  }

  @Override
  void update(int from, int count) {
    Tensor w = parameter().value();
    Tensor v = velocities.get(index);
    Tensor dw = parameter().gradient();
    Backend.kernels()
        .sgd(
            w.data(), w.offset() + from, v.data(), from, dw.data(), dw.offset() + from,
            rate, momentum, nesterov, parameter().decays() ? decay : 0f, count);
  }
}
