package dev.retort.kernel;

import module java.base;

/**
 * A strip of rows of logits that pass together: where they are, a number a row of everything that a
 * row has one of, and buffers, kept so that a steady step allocates nothing. One for each thread.
 *
 * <p>{@link VectorKernels} goes from strip to strip and from pass to pass; the passes over few classes
 * are {@link NarrowRows}', those over many {@link WideRows}'. Each is one small method, so that every
 * vector stays in a register.
 */
abstract sealed class Rows permits NarrowRows, WideRows {
  /** Most rows of a strip: enough that their latencies overlap, few enough for the first cache. */
  static final int ROWS = 128;

  /** The strip: its logits and its size. */
  float[] z;
  int zo;
  int rows;
  int cols;

  /** The maximum of each row; padded, as vectors go beyond the last row. */
  final float[] max = new float[ROWS + Kernels.LANES];

  /** Of each row at T = 1: the label's d and exponential, the sum of the others, and of all. */
  final float[] labelHalf = new float[ROWS];
  final float[] own = new float[ROWS];
  final float[] rest = new float[ROWS];
  final float[] hardSum = new float[ROWS];

  /** Of each row at a temperature: the sum, and the dot product of d and the targets. */
  final float[] softSum = new float[ROWS];
  final float[] dot = new float[ROWS];

  private final double[] logs = new double[ROWS];
  private final float[] zeros = new float[ROWS];
  private final double[] exponents = new double[ROWS];
  private float[] uniform = {};

  /** The passes of this thread for a number of classes. */
  static Rows of(int cols) {
    return cols <= Kernels.LANES ? NarrowRows.OF_THREAD.get() : WideRows.OF_THREAD.get();
  }

  /**
   * Takes as many of the next rows as pass together, and finds their maxima.
   *
   * @param left rows that are left
   * @param s the largest factor of d that follows
   */
  final void take(float[] logits, int offset, int left, int classes, float s) {
    z = logits;
    zo = offset;
    rows = Math.min(left, strip(classes));
    cols = classes;
    maxima(s);
  }

  /** value = log (R + e_y) - weight 2 d_y of each row. */
  final void hardValues(double[] value, int vo, double weight) {
    Log.log(logs, rest, own, exponents, rows);
    for (int r = 0; r < rows; r++) {
      value[vo + r] = logs[r] - weight * (2.0 * labelHalf[r]);
    }
  }

  /** value = log S - s P of each row. */
  final void softValues(double[] value, int vo, float s) {
    Log.log(logs, softSum, zeros, exponents, rows);
    for (int r = 0; r < rows; r++) {
      value[vo + r] = logs[r] - (double) s * dot[r];
    }
  }

  /** The means of d, as dot products with 1 / cols. */
  final void means() {
    if (uniform.length < rows * cols) {
      uniform = new float[strip(cols) * cols];
    }
    Arrays.fill(uniform, 0, rows * cols, 1f / cols);
    dots(uniform, 0);
  }

  /** The first row whose sum is NaN, or {@link Kernels#NO_BAD_ROW}. */
  final int firstNaN(float[] sum) {
    for (int r = 0; r < rows; r++) {
      if (Float.isNaN(sum[r])) {
        return r;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** Rows that pass together. */
  abstract int strip(int classes);

  /** The maxima; s as in {@link #take}. */
  abstract void maxima(float s);

  /** The dot products of p and d, elements with p = 0 left out. */
  abstract void dots(float[] p, int po);

  /**
   * Exponentials at T = 1, -R in place of the label's: labelHalf, own, rest and hardSum. They may go
   * to the output, if there is one, which may be in place of the logits. (The label's element is
   * stored here, long before the gradient reads it in a vector: stored just before, it held up each
   * row by some 25 cycles on Zen 5.)
   */
  abstract void harden(int[] labels, int lo, float[] out, int to);

  /** Exponentials at a temperature and softSum; to the output as in {@link #harden}. */
  abstract void soften(float s, float[] out, int to);

  /** {@link #dots}, {@link #harden} and {@link #soften}. */
  abstract void both(
      int[] labels, int lo, float[] p, int po, float s, float[] out, int to);

  /** y = e / S. */
  abstract void softmax(float[] y, int yo);

  /** dz = h / H scale - others, and allOthers - R / H scale at the label. */
  abstract void hardGradient(
      float[] dz, int dzo, int[] labels, int lo, float scale, float others, float allOthers);

  /** dz = h / H hardScale + (e / S - p) softScale. */
  abstract void gradient(
      float[] dz, int dzo, float[] p, int po, float hardScale, float softScale);
}
