package dev.retort.bench;

import module java.base;

/** Inputs, the same for everybody in every run, and matrices in double for the reference. */
final class Data {
  private Data() {}

  static String resource(String name) {
    return unchecked(() -> {
      try (InputStream text = Data.class.getResourceAsStream("/" + name)) {
        return new String(text.readAllBytes(), StandardCharsets.UTF_8);
      }
    });
  }

  /** What nobody can mend ends the run. */
  static <T> T unchecked(Callable<T> task) {
    try {
      return task.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] normal(long seed, int n, double deviation) {
    Random random = new Random(seed);
    return floats(n, () -> random.nextGaussian() * deviation);
  }

  static float[] uniform(long seed, int n) {
    return floats(n, new Random(seed)::nextFloat);
  }

  static float[] floats(int n, DoubleSupplier numbers) {
    float[] x = new float[n];
    IntStream.range(0, n).forEach(i -> x[i] = (float) numbers.getAsDouble());
    return x;
  }

  static int[] labels(long seed, int n, int classes) {
    return new Random(seed).ints(n, 0, classes).toArray();
  }

  static double[] doubles(float[] x) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
  }

  static double[][] rows(double[] x, int columns) {
    return IntStream.range(0, x.length / columns).mapToObj(i -> Arrays.copyOfRange(x, i * columns, (i + 1) * columns))
        .toArray(double[][]::new);
  }

  static double[][] rows(float[] x, int columns) {
    return rows(doubles(x), columns);
  }

  static double[] flat(double[]... rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  static double[][] transposed(double[][] x) {
    return IntStream.range(0, x[0].length).mapToObj(j -> Arrays.stream(x).mapToDouble(row -> row[j]).toArray())
        .toArray(double[][]::new);
  }

  /** X Y, its rows shared by the machine's cores. */
  static double[][] product(double[][] x, double[][] y) {
    double[][] z = new double[x.length][y[0].length];
    IntStream.range(0, x.length).parallel().forEach(i -> {
      double[] sums = z[i];
      for (int k = 0; k < y.length; k++) {
        for (int j = 0; j < sums.length; j++) {
          sums[j] += x[i][k] * y[k][j];
        }
      }
    });
    return z;
  }
}
