package dev.retort.kernel;

import module java.base;

/**
 * The executable specification: plain Java that reads like the formulas of {@link Kernels}. It runs
 * wherever Java runs; the vector backend must equal it to the bit.
 */
public final class ScalarKernels implements Kernels {
  // A steady training step allocates nothing, so the lanes are kept.
  private static final ThreadLocal<float[]> LANES_OF_THREAD = ThreadLocal.withInitial(() -> new float[LANES]);

  @Override
  public void gemm(Product product, int row, int rows, int column, int columns) {
    ScalarGemm.gemm(product, row, rows, column, columns);
  }

  @Override
  public void addColumnSums(float[] s, int so, float[] x, int xo, int rows, int cols) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        s[so + j] += x[xo + i * cols + j];
      }
    }
  }

  @Override
  public void relu(float[] y, int yo, float[] x, int xo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[xo + i] <= 0f ? 0f : x[xo + i];
    }
  }

  @Override
  public void reluBackward(float[] dx, int dxo, float[] dy, int dyo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = y[yo + i] > 0f ? dy[dyo + i] : 0f;
    }
  }

  @Override
  public void dropout(
      float[] y, int yo, float[] x, int xo,
      long key, int firstRow, int threshold, float scale, int rows, int cols) {
    for (int i = 0; i < rows; i++) {
      long rowKey = CounterRandom.key(key, firstRow + i);
      for (int j = 0; j < cols; j++) {
        boolean kept = CounterRandom.bits24(rowKey, j) >= threshold;
        y[yo + i * cols + j] = kept ? x[xo + i * cols + j] * scale : 0f;
      }
    }
  }

  @Override
  public int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    for (int i = 0; i < rows; i++, yo += cols, zo += cols) {
      float m = max(z, zo, cols);
      float sum = expSum(z, zo, m, s, cols);
      if (hasNoSoftmax(sum)) {
        return i;
      }
      float r = 1f / sum;
      for (int j = 0; j < cols; j++) {
        y[yo + j] = exp(z[zo + j], m, s) * r;
      }
    }
    return NO_BAD_ROW;
  }

  @Override
  public int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    float others = scale * (float) (smoothing / cols);
    float allOthers = scale * (float) (smoothing - smoothing / cols);
    for (int i = 0; i < rows; i++, zo += cols, dzo += cols) {
      int y = labels[lo + i];
      float m = max(z, zo, cols);
      float own = exp(z[zo + y], m, 2f);
      float rest = restSum(z, zo, m, y, cols);
      float sum = rest + own;
      if (hasNoSoftmax(sum)) {
        return i;
      }
      value[vo + i] =
          Log.log(rest, own)
              - (1 - smoothing) * (2.0 * half(z[zo + y], m))
              - (smoothing > 0 ? smoothing * (2.0 * halfMean(z, zo, m, cols)) : 0);
      if (dz != null) {
        float r = 1f / sum * scale;
        for (int j = 0; j < cols; j++) {
          dz[dzo + j] = Fma.fma(exp(z[zo + j], m, 2f), r, -others);
        }
        dz[dzo + y] = Fma.fma(0f - rest, r, allOthers);
      }
    }
    return NO_BAD_ROW;
  }

  @Override
  public int softCrossEntropy(
      double[] value, int vo, float[] z, int zo, float[] p, int po, float s, int rows, int cols) {
    for (int i = 0; i < rows; i++, zo += cols, po += cols) {
      float m = max(z, zo, cols);
      float sum = expSum(z, zo, m, s, cols);
      if (hasNoSoftmax(sum)) {
        return i;
      }
      value[vo + i] = Log.log(sum, 0f) - (double) s * targetDot(z, zo, p, po, m, cols);
    }
    return NO_BAD_ROW;
  }

  @Override
  public int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    for (int i = 0; i < rows; i++, zo += cols, po += cols, dzo += cols) {
      float m = max(z, zo, cols);
      int y = labels[lo + i];
      float own = exp(z[zo + y], m, 2f);
      float rest = restSum(z, zo, m, y, cols);
      float hardSum = rest + own;
      if (hasNoSoftmax(hardSum)) {
        return i;
      }
      float softSum = expSum(z, zo, m, s, cols);
      hardValue[vo + i] = Log.log(rest, own) - 2.0 * half(z[zo + y], m);
      softValue[vo + i] = Log.log(softSum, 0f) - (double) s * targetDot(z, zo, p, po, m, cols);
      if (dz != null) {
        float hardRate = 1f / hardSum * hardScale;
        float r = 1f / softSum;
        for (int j = 0; j < cols; j++) {
          float h = j == y ? 0f - rest : exp(z[zo + j], m, 2f);
          float g = Fma.fma(exp(z[zo + j], m, s), r, -p[po + j]) * softScale;
          dz[dzo + j] = Fma.fma(h, hardRate, g);
        }
      }
    }
    return NO_BAD_ROW;
  }

  @Override
  public void sgd(
      float[] w, int wo, float[] v, int vo, float[] dw, int dwo,
      float rate, float momentum, boolean nesterov, float decay, int n) {
    for (int i = 0; i < n; i++) {
      float g = Fma.fma(decay, w[wo + i], dw[dwo + i]);
      float velocity = Fma.fma(momentum, v[vo + i], g);
      v[vo + i] = velocity;
      w[wo + i] = Fma.fma(-rate, nesterov ? Fma.fma(momentum, velocity, g) : velocity, w[wo + i]);
    }
  }

  @Override
  public void adam(
      float[] w, int wo, float[] m, int mo, float[] v, int vo, float[] dw, int dwo,
      float rate, float beta1, float beta2, float epsilon, float correction, float shrink, int n) {
    for (int i = 0; i < n; i++) {
      float g = dw[dwo + i];
      float mean = Fma.fma(beta1, m[mo + i], (1 - beta1) * g);
      float square = Fma.fma(beta2, v[vo + i], (1 - beta2) * g * g);
      m[mo + i] = mean;
      v[vo + i] = square;
      float root = (float) Math.sqrt(square);
      w[wo + i] = Fma.fma(-rate, mean / Fma.fma(root, correction, epsilon), w[wo + i] * shrink);
    }
  }

  // The steps that the kernels over rows of logits share: NOTES (E43), and the lanes of (E47).

  private static float max(float[] z, int zo, int cols) {
    float m = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < cols; j++) {
      m = z[zo + j] > m ? z[zo + j] : m;
    }
    return m;
  }

  private static float half(float z, float m) {
    return Fma.fma(z, 0.5f, -0.5f * m);
  }

  private static float exp(float z, float m, float s) {
    return Exp.nonPositive(half(z, m) * s);
  }

  /** A NaN, a +inf, or nothing but -inf: each makes a logit's d, and so the sum, NaN. */
  private static boolean hasNoSoftmax(float sum) {
    return Float.isNaN(sum);
  }

  private static float expSum(float[] z, int zo, float m, float s, int cols) {
    float[] lanes = zeroLanes();
    for (int j = 0; j < cols; j++) {
      lanes[j % LANES] += exp(z[zo + j], m, s);
    }
    return fold(lanes);
  }

  /** The sum at T = 1 without the label's own exponential. */
  private static float restSum(float[] z, int zo, float m, int y, int cols) {
    float[] lanes = zeroLanes();
    for (int j = 0; j < cols; j++) {
      lanes[j % LANES] += j == y ? 0f : exp(z[zo + j], m, 2f);
    }
    return fold(lanes);
  }

  private static float halfMean(float[] z, int zo, float m, int cols) {
    float[] lanes = zeroLanes();
    float share = 1f / cols;
    for (int j = 0; j < cols; j++) {
      lanes[j % LANES] = Fma.fma(share, half(z[zo + j], m), lanes[j % LANES]);
    }
    return fold(lanes);
  }

  private static float targetDot(float[] z, int zo, float[] p, int po, float m, int cols) {
    float[] lanes = zeroLanes();
    for (int j = 0; j < cols; j++) {
      if (p[po + j] != 0f) {
        lanes[j % LANES] = Fma.fma(p[po + j], half(z[zo + j], m), lanes[j % LANES]);
      }
    }
    return fold(lanes);
  }

  private static float[] zeroLanes() {
    float[] lanes = LANES_OF_THREAD.get();
    Arrays.fill(lanes, 0f);
    return lanes;
  }

  private static float fold(float[] lanes) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int l = 0; l < width; l++) {
        lanes[l] += lanes[l + width];
      }
    }
    return lanes[0];
  }
}
