package dev.retort.derivation;

/** One step of one weight, for each optimiser. The state is held here and starts at 0. */
public final class OptimizerSteps {
  private double v;
  private double m;
  private int t;

  /** A weight that has not moved yet. */
  public OptimizerSteps() {}

  /** The weight after a step of momentum, Polyak's, NOTES (E30), or Nesterov's, (E31). */
  public double sgd(
      double w, double dw, double rate, double momentum, boolean nesterov, double decay) {
    double g = dw + decay * w;
    v = momentum * v + g;
    return w - rate * (nesterov ? momentum * v + g : v);
  }

  /** The weight after a step of Adam, NOTES (E32), with decoupled weight decay, (E33). */
  public double adam(
      double w, double dw, double rate, double beta1, double beta2, double epsilon, double decay) {
    t++;
    m = beta1 * m + (1 - beta1) * dw;
    v = beta2 * v + (1 - beta2) * dw * dw;
    double mean = m / (1 - Math.pow(beta1, t));
    double square = v / (1 - Math.pow(beta2, t));
    return w - rate * decay * w - rate * mean / (Math.sqrt(square) + epsilon);
  }
}
