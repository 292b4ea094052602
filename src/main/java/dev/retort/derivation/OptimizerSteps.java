package dev.retort.derivation;

import module java.base;

/** One step of one weight, for each optimiser, and learning rates by step. The state is held here and starts at 0. */
public final class OptimizerSteps {
  private double velocity;
  private double mean;
  private double square;
  private int t;

  /** The state of a weight before its first step. */
  public OptimizerSteps() {}

  /** The weight after a step of momentum, Polyak's, NOTES (E30), or Nesterov's, (E31). */
  public double sgd(double w, double dw, double rate, double momentum, boolean nesterov, double decay) {
    double g = dw + decay * w;
    velocity = momentum * velocity + g;
    return w - rate * (nesterov ? momentum * velocity + g : velocity);
  }

  /** The weight after a step of Adam, NOTES (E32), with decoupled weight decay, (E33). */
  public double adam(double w, double dw, double rate, double beta1, double beta2, double epsilon, double decay) {
    t++;
    mean = beta1 * mean + (1 - beta1) * dw;
    square = beta2 * square + (1 - beta2) * dw * dw;
    double correctedMean = mean / (1 - Math.pow(beta1, t));
    double correctedSquare = square / (1 - Math.pow(beta2, t));
    return w - rate * decay * w - rate * correctedMean / (Math.sqrt(correctedSquare) + epsilon);
  }

  /** The weights that enter a unit, scaled to a limit of their norm if they exceed it, NOTES (E53). */
  static double[] maxNorm(double[] w, double limit) {
    double norm = Math.sqrt(Arrays.stream(w).map(wk -> wk * wk).sum());
    return Arrays.stream(w).map(wk -> norm > limit ? wk * limit / norm : wk).toArray();
  }

  /** The rate of step t, from 0, of a cosine over so many steps, NOTES (E34). */
  static double cosine(double rate, int t, int steps) {
    return rate / 2 * (1 + Math.cos(Math.PI * t / steps));
  }

  /** The rate of step t, multiplied by a factor after each part of the steps, NOTES (E34). */
  static double staircase(double rate, double part, double factor, int t, int steps) {
    return rate * Math.pow(factor, Math.floor(t / (part * steps)));
  }

  /** The number at step t on a straight line over so many steps, NOTES (E42). */
  static double line(double first, double last, int t, int steps) {
    return steps == 1 ? first : first + (last - first) * t / (steps - 1);
  }
}
