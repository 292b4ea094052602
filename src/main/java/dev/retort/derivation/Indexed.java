package dev.retort.derivation;

import module java.base;

/** Sums and arrays by index, as NOTES writes them. */
final class Indexed {
  private Indexed() {}

  /** The sum of {@code term(i)} for i from 0 to count - 1, in that order. */
  static double sum(int count, IntToDoubleFunction term) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += term.applyAsDouble(i);
    }
    return sum;
  }

  /** The array of {@code element(i)}. */
  static double[] vector(int count, IntToDoubleFunction element) {
    double[] vector = new double[count];
    Arrays.setAll(vector, element);
    return vector;
  }

  /** The array of {@code row(n)}. */
  static double[][] rows(int count, IntFunction<double[]> row) {
    double[][] rows = new double[count][];
    Arrays.setAll(rows, row);
    return rows;
  }
}
