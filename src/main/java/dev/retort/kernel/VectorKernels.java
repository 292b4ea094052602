package dev.retort.kernel;

/**
 * The bits of {@link ScalarKernels}, many lanes at a time: products are {@link VectorGemm}'s, kernels
 * over rows of logits go from strip to strip of {@link Rows}, and the rest is inherited.
 */
public sealed class VectorKernels extends VectorElements permits StartingKernels {

  /** Width of a vector in bits. */
  int bits() {
    return VectorExp.SPECIES.vectorBitSize();
  }

  @Override
  public void gemm(Product p, int row, int rows, int column, int columns) {
    VectorGemm.gemm(p, row, rows, column, columns);
  }

  @Override
  public int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, s);
      strip.soften(s, y, yo + at);
      strip.softmax(y, yo + at);
      int bad = strip.firstNaN(strip.softSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return NO_BAD_ROW;
  }

  @Override
  public int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    Rows strip = Rows.of(cols);
    float others = scale * (float) (smoothing / cols);
    float allOthers = scale * (float) (smoothing - smoothing / cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, 2f);
      if (smoothing > 0) {
        strip.means();
      }
      strip.harden(labels, lo + i, dz, dzo + at);
      strip.hardValues(value, vo + i, 1 - smoothing);
      if (smoothing > 0) {
        for (int r = 0; r < strip.rows; r++) {
          value[vo + i + r] -= smoothing * (2.0 * strip.dot[r]);
        }
      }
      if (dz != null) {
        strip.hardGradient(dz, dzo + at, labels, lo + i, scale, others, allOthers);
      }
      int bad = strip.firstNaN(strip.hardSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return NO_BAD_ROW;
  }

  @Override
  public int softCrossEntropy(
      double[] value, int vo, float[] z, int zo, float[] p, int po, float s, int rows, int cols) {
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, s);
      strip.dots(p, po + at);
      strip.soften(s, null, 0);
      strip.softValues(value, vo + i, s);
      int bad = strip.firstNaN(strip.softSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return NO_BAD_ROW;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same array
  public int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    Rows strip = Rows.of(cols);
    float[] exponentials = dz == p ? null : dz; // the gradient still reads the targets
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, Math.max(s, 2f));
      strip.both(labels, lo + i, p, po + at, s, exponentials, dzo + at);
      strip.hardValues(hardValue, vo + i, 1);
      strip.softValues(softValue, vo + i, s);
      if (dz != null) {
        strip.gradient(dz, dzo + at, p, po + at, hardScale, softScale);
      }
      int bad = strip.firstNaN(strip.hardSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return NO_BAD_ROW;
  }
}
