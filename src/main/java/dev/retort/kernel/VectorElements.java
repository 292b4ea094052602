package dev.retort.kernel;

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
 * The element-wise kernels, whole vectors and a scalar tail. Every operation is the scalar one, lane
 * by lane, each rounded once; the tails are {@link ScalarKernels} itself.
 */
abstract sealed class VectorElements implements Kernels permits VectorKernels {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();
  private static final IntVector POSITION_STEPS =
      IntVector.zero(I).addIndex(1).mul(CounterRandom.POSITION_STEP);
  private static final ScalarKernels SCALAR = new ScalarKernels();

  /**
   * The sums go through memory row by row. Kept in variables over the rows they are faster alone, but
   * compiled into a caller the JVM may box them, every row.
   */
  @Override
  public void addColumnSums(float[] s, int so, float[] x, int xo, int rows, int cols) {
    for (int i = 0; i < rows; i++, xo += cols) {
      int j = 0;
      for (; j <= cols - L; j += L) {
        FloatVector.fromArray(F, s, so + j)
            .add(FloatVector.fromArray(F, x, xo + j))
            .intoArray(s, so + j);
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
      FloatVector v = FloatVector.fromArray(F, x, xo + at);
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
    FloatVector zero = FloatVector.zero(F);
    int j = 0;
    for (; j <= n - L; j += L) {
      VectorMask<Float> passes = FloatVector.fromArray(F, y, yo + j).compare(GT, 0f);
      zero.blend(FloatVector.fromArray(F, dy, dyo + j), passes).intoArray(dx, dxo + j);
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
      FloatVector v = FloatVector.fromArray(F, x, xo + j).mul(scale);
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
    FloatVector vMomentum = FloatVector.broadcast(F, momentum);
    FloatVector vDecay = FloatVector.broadcast(F, decay);
    FloatVector vDescent = FloatVector.broadcast(F, -rate);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector weight = FloatVector.fromArray(F, w, wo + j);
      FloatVector g = vDecay.fma(weight, FloatVector.fromArray(F, dw, dwo + j));
      FloatVector velocity = vMomentum.fma(FloatVector.fromArray(F, v, vo + j), g);
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
    FloatVector vBeta1 = FloatVector.broadcast(F, beta1);
    FloatVector vBeta2 = FloatVector.broadcast(F, beta2);
    FloatVector vCorrection = FloatVector.broadcast(F, correction);
    FloatVector vEpsilon = FloatVector.broadcast(F, epsilon);
    FloatVector vDescent = FloatVector.broadcast(F, -rate);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector g = FloatVector.fromArray(F, dw, dwo + j);
      FloatVector mean = vBeta1.fma(FloatVector.fromArray(F, m, mo + j), g.mul(1 - beta1));
      FloatVector square =
          vBeta2.fma(FloatVector.fromArray(F, v, vo + j), g.mul(1 - beta2).mul(g));
      mean.intoArray(m, mo + j);
      square.intoArray(v, vo + j);
      FloatVector divisor = square.lanewise(SQRT).fma(vCorrection, vEpsilon);
      FloatVector weight = FloatVector.fromArray(F, w, wo + j).mul(shrink);
      vDescent.fma(mean.div(divisor), weight).intoArray(w, wo + j);
    }
    SCALAR.adam(
        w, wo + j, m, mo + j, v, vo + j, dw, dwo + j,
        rate, beta1, beta2, epsilon, correction, shrink, n - j);
  }
}
