package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.NE;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Passes over a block of rows of at most {@value Kernels#LANES} logits, as many rows at a time as a
 * vector has lanes. A block lies with classes down and rows across, {@code t[j * L + row]}, so a row
 * reduction is an addition of vectors, and each class is a virtual lane of its own.
 */
final class NarrowRows {
  /** Rows of a block. */
  static final int L = SPECIES.length();

  private static final int LANES = Kernels.LANES;

  private NarrowRows() {}

  /** Turns {@code rows} rows into a block; lanes of absent rows keep what they had. */
  static void gather(float[] t, float[] x, int xo, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < cols; j++) {
        t[j * L + r] = x[xo + r * cols + j];
      }
    }
  }

  /** Turns a block back into {@code rows} rows. */
  static void scatter(float[] x, int xo, float[] t, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < cols; j++) {
        x[xo + r * cols + j] = t[j * L + r];
      }
    }
  }

  /** The largest element of each row, NaN aside. */
  static void max(float[] m, float[] z, int cols) {
    FloatVector vm = splat(Float.NEGATIVE_INFINITY);
    for (int j = 0; j < cols; j++) {
      vm = VectorExp.larger(vm, FloatVector.fromArray(SPECIES, z, j * L));
    }
    vm.intoArray(m, 0);
  }

  /** e = exp(d s). */
  static void exp(float[] e, float[] z, float[] m, float s, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(-0.5f);
    for (int j = 0; j < cols; j++) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, j * L).fma(splat(0.5f), vShift);
      VectorExp.nonPositive(vd.mul(s)).intoArray(e, j * L);
    }
  }

  /** d, half the shifted logits. */
  static void half(float[] d, float[] z, float[] m, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(-0.5f);
    for (int j = 0; j < cols; j++) {
      FloatVector.fromArray(SPECIES, z, j * L).fma(splat(0.5f), vShift).intoArray(d, j * L);
    }
  }

  /** The products p d, 0 where p is. */
  static void targetProducts(float[] t, float[] z, float[] m, float[] p, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(-0.5f);
    for (int j = 0; j < cols; j++) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, j * L).fma(splat(0.5f), vShift);
      FloatVector vp = FloatVector.fromArray(SPECIES, p, j * L);
      splat(0f).blend(vp.mul(vd), vp.compare(NE, 0f)).intoArray(t, j * L);
    }
  }

  /** The lane sum of each row; empty lanes of the block must be 0. */
  static void sum(float[] sum, float[] t) {
    FloatVector vEven = pairs(t, 0).add(pairs(t, 2));
    FloatVector vOdd = pairs(t, 1).add(pairs(t, 3));
    vEven.add(vOdd).intoArray(sum, 0);
  }

  /** Lanes l, l + 8, l + 4, l + 12 of a fold by halves. */
  private static FloatVector pairs(float[] t, int l) {
    FloatVector v0 = FloatVector.fromArray(SPECIES, t, l * L);
    FloatVector v8 = FloatVector.fromArray(SPECIES, t, (l + 8) * L);
    FloatVector v4 = FloatVector.fromArray(SPECIES, t, (l + 4) * L);
    FloatVector v12 = FloatVector.fromArray(SPECIES, t, (l + 12) * L);
    return v0.add(v8).add(v4.add(v12));
  }

  /** The first of {@code rows} rows whose sum is NaN, or {@link Kernels#NO_BAD_ROW}. */
  static int firstBad(float[] sum, int rows) {
    long bad = FloatVector.fromArray(SPECIES, sum, 0).test(IS_NAN).toLong() & ((1L << rows) - 1);
    return bad == 0 ? Kernels.NO_BAD_ROW : Long.numberOfTrailingZeros(bad);
  }

  /** Clears the lanes that a block of {@code cols} classes leaves empty. */
  static void clearEmptyLanes(float[] t, int cols) {
    Arrays.fill(t, cols * L, LANES * L, 0f);
  }
}
