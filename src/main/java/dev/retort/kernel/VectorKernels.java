package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.SQRT;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The bits of {@link ScalarKernels}, many lanes at a time: products are {@link VectorGemm}'s, kernels
 * over rows of logits go from strip to strip of {@link Rows}. Element-wise kernels do the scalar operations
 * lane by lane, each rounded once; what is left of a row is {@link ScalarKernels}' own.
 */
public sealed class VectorKernels implements Kernels permits StartingKernels {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();
  private static final IntVector POSITION_STEPS = IntVector.zero(I).addIndex(1).mul(CounterRandom.POSITION_STEP);
  private static final ScalarKernels SCALAR = new ScalarKernels();

  /** Width of a vector in bits. */
  int bits() {
    return VectorExp.SPECIES.vectorBitSize();
  }

  @Override
  public void gemm(Product p, int row, int rows, int column, int columns) {
    VectorGemm.gemm(p, row, rows, column, columns);
  }

  /**
   * The sums go through memory row by row. Kept in variables over the rows they are faster alone, but
   * compiled into a caller the JVM may box them, every row.
   */
  @Override
  public void addColumnSums(float[] s, int so, float[] x, int xo, int rows, int cols) {
    for (int i = 0; i < rows; i++, xo += cols) {
      int j = 0;
      for (; j <= cols - L; j += L) {
        fromArray(F, s, so + j).add(fromArray(F, x, xo + j)).intoArray(s, so + j);
      }
      for (; j < cols; j++) {
        s[so + j] += x[xo + j];
      }
    }
  }

  @Override
  public void relu(float[] y, int yo, float[] x, int xo, int n) {
    rectify(y, yo, x, xo, n);
  }

  private static void rectify(float[] y, int yo, float[] x, int xo, int n) {
    if (n < L) {
      SCALAR.relu(y, yo, x, xo, n);
      return;
    }
    for (int j = 0; j < n; j += L) {
      // The last vector ends with the row; in place, what it has twice stays as it is.
      int at = Math.min(j, n - L);
      FloatVector v = fromArray(F, x, xo + at);
      v.blend(0f, v.compare(LE, 0f)).intoArray(y, yo + at);
    }
  }

  /** In place, for the first columns of rows that are {@code ldx} apart. */
  static void rectify(float[] x, int xo, int ldx, int rows, int columns) {
    for (int i = 0; i < rows; i++, xo += ldx) {
      rectify(x, xo, x, xo, columns);
    }
  }

  @Override
  public void reluBackward(float[] dx, int dxo, float[] dy, int dyo, float[] y, int yo, int n) {
    FloatVector zero = broadcast(F, 0f);
    int j = 0;
    for (; j <= n - L; j += L) {
      VectorMask<Float> passes = fromArray(F, y, yo + j).compare(GT, 0f);
      zero.blend(fromArray(F, dy, dyo + j), passes).intoArray(dx, dxo + j);
    }
    SCALAR.reluBackward(dx, dxo + j, dy, dyo + j, y, yo + j, n - j);
  }

  @Override
  public void dropout(
      float[] y, int yo, float[] x, int xo,
      long key, int firstRow, int threshold, float scale, int rows, int cols) {
    for (int i = 0; i < rows; i++, yo += cols, xo += cols) {
      dropRow(y, yo, x, xo, CounterRandom.key(key, firstRow + i), threshold, scale, cols);
    }
  }

  /** {@link CounterRandom#bits24} of positions j, j + 1, ... decides which of them are dropped. */
  private static void dropRow(
      float[] y, int yo, float[] x, int xo, long key, int threshold, float scale, int cols) {
    int low = (int) key;
    int high = (int) (key >>> 32);
    int j = 0;
    for (; j <= cols - L; j += L) {
      IntVector bits = POSITION_STEPS.add(j * CounterRandom.POSITION_STEP + low);
      bits = bits.lanewise(XOR, bits.lanewise(LSHR, 16)).mul(CounterRandom.MIX1);
      bits = bits.lanewise(XOR, bits.lanewise(LSHR, 15)).mul(CounterRandom.MIX2);
      bits = bits.lanewise(XOR, bits.lanewise(LSHR, 15)).add(high);
      bits = bits.lanewise(XOR, bits.lanewise(LSHR, 16)).mul(CounterRandom.MIX1);
      bits = bits.lanewise(XOR, bits.lanewise(LSHR, 15)).mul(CounterRandom.MIX2);
      bits = bits.lanewise(XOR, bits.lanewise(LSHR, 15)).lanewise(LSHR, 8);
      VectorMask<Float> dropped = bits.compare(LT, threshold).cast(F);
      FloatVector v = fromArray(F, x, xo + j).mul(scale);
      v.blend(0f, dropped).intoArray(y, yo + j);
    }
    for (; j < cols; j++) {
      boolean kept = CounterRandom.bits24(key, j) >= threshold;
      y[yo + j] = kept ? x[xo + j] * scale : 0f;
    }
  }

  @Override
  public void sgd(
      float[] w, int wo, float[] v, int vo, float[] dw, int dwo,
      float rate, float momentum, boolean nesterov, float decay, int n) {
    FloatVector vMomentum = broadcast(F, momentum);
    FloatVector vDecay = broadcast(F, decay);
    FloatVector vDescent = broadcast(F, -rate);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector weight = fromArray(F, w, wo + j);
      FloatVector g = vDecay.fma(weight, fromArray(F, dw, dwo + j));
      FloatVector velocity = vMomentum.fma(fromArray(F, v, vo + j), g);
      velocity.intoArray(v, vo + j);
      FloatVector direction = nesterov ? vMomentum.fma(velocity, g) : velocity;
      vDescent.fma(direction, weight).intoArray(w, wo + j);
    }
    SCALAR.sgd(w, wo + j, v, vo + j, dw, dwo + j, rate, momentum, nesterov, decay, n - j);
  }

  @Override
  public void adam(
      float[] w, int wo, float[] m, int mo, float[] v, int vo, float[] dw, int dwo,
      float rate, float beta1, float beta2, float epsilon, float correction, float shrink, int n) {
    FloatVector vBeta1 = broadcast(F, beta1);
    FloatVector vBeta2 = broadcast(F, beta2);
    FloatVector vCorrection = broadcast(F, correction);
    FloatVector vEpsilon = broadcast(F, epsilon);
    FloatVector vDescent = broadcast(F, -rate);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector g = fromArray(F, dw, dwo + j);
      FloatVector mean = vBeta1.fma(fromArray(F, m, mo + j), g.mul(1 - beta1));
      FloatVector square = vBeta2.fma(fromArray(F, v, vo + j), g.mul(1 - beta2).mul(g));
      mean.intoArray(m, mo + j);
      square.intoArray(v, vo + j);
      FloatVector divisor = square.lanewise(SQRT).fma(vCorrection, vEpsilon);
      FloatVector weight = fromArray(F, w, wo + j).mul(shrink);
      vDescent.fma(mean.div(divisor), weight).intoArray(w, wo + j);
    }
    SCALAR.adam(
        w, wo + j, m, mo + j, v, vo + j, dw, dwo + j,
        rate, beta1, beta2, epsilon, correction, shrink, n - j);
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
