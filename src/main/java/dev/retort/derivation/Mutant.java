package dev.retort.derivation;

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
    double norm = 0;
    double most = 0;
    for (int i = 0; i < gradient.length; i++) {
      norm = Math.hypot(norm, right.engine()[i]);
      most = Math.max(most, Math.abs(gradient[i] - right.engine()[i]));
    }
    return most / norm;
  }
}
