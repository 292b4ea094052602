package dev.retort.derivation;

import module java.base;

/**
 * A wrong gradient, by a mistake that people make: NOTES has them as exercises.
 *
 * @param name for the command line
 * @param mistake what is wrong
 * @param right the case with the right gradient
 * @param gradient the wrong one, at the same point
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a key
public record Mutant(String name, String mistake, GradientCases.Case right, double[] gradient) {
  /** {@return what differences of the function say of the wrong gradient} */
  public GradientCheck.Report report() {
    return GradientCheck.coordinates(right.function(), right.at(), gradient);
  }

  /** {@return the largest distance from the engine's gradient, relative to the norm of that} */
  public double error() {
    double[] errors = Indexed.vector(gradient.length, i -> Math.abs(gradient[i] - right.engine()[i]));
    return Arrays.stream(errors).max().orElseThrow() / Arrays.stream(right.engine()).reduce(0, Math::hypot);
  }
}
