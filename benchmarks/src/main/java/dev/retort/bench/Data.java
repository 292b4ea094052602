package dev.retort.bench;

import java.util.Arrays;
import java.util.Random;

/** Inputs, the same for everybody in every run, and conversions. */
final class Data {
  private Data() {}

  static float[] normal(long seed, int n, double deviation) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextGaussian() * deviation);
    }
    return x;
  }

  static float[] uniform(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextFloat();
    }
    return x;
  }

  static int[] labels(long seed, int n, int classes) {
    return new Random(seed).ints(n, 0, classes).toArray();
  }

  static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }

  static double[][] rows(float[] x, int columns) {
    return rows(doubles(x), columns);
  }

  static double[][] rows(double[] x, int columns) {
    double[][] rows = new double[x.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(x, i * columns, (i + 1) * columns));
    return rows;
  }

  static double[] flat(double[]... rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }
}
