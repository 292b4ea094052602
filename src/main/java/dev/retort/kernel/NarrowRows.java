package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.ZERO;
import static dev.retort.kernel.VectorExp.splat;
import static jdk.incubator.vector.VectorOperators.GT;
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

  /** The largest element of each row; where one is NaN, any: its row is bad whatever it is. */
  static void max(float[] m, float[] z, int cols) {
    FloatVector vm = FloatVector.fromArray(SPECIES, z, 0);
    for (int j = 1; j < cols; j++) {
      FloatVector vz = FloatVector.fromArray(SPECIES, z, j * L);
      vm = vm.blend(vz, vz.compare(GT, vm));
    }
    vm.intoArray(m, 0);
  }

  /** e = exp(d s). */
  static void exp(float[] e, float[] z, float[] m, float s, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(splat(-0.5f));
    FloatVector vs = splat(s);
    for (int j = 0; j < cols; j++) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, j * L).fma(splat(0.5f), vShift);
      VectorExp.nonPositive(vd.mul(vs)).intoArray(e, j * L);
    }
  }

  /** The shares d / cols of a mean. */
  static void shares(float[] t, float[] z, float[] m, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(splat(-0.5f));
    FloatVector vShare = splat(1f / cols);
    for (int j = 0; j < cols; j++) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, j * L).fma(splat(0.5f), vShift);
      vd.mul(vShare).intoArray(t, j * L);
    }
  }

  /** The products p d, 0 where p is. */
  static void targetProducts(float[] t, float[] z, float[] m, float[] p, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(splat(-0.5f));
    for (int j = 0; j < cols; j++) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, j * L).fma(splat(0.5f), vShift);
      FloatVector vp = FloatVector.fromArray(SPECIES, p, j * L);
      ZERO.blend(vp.mul(vd), vp.compare(NE, ZERO)).intoArray(t, j * L);
    }
  }

  /** The lane sum of each row; empty lanes of the block must be 0. */
  static void sum(float[] sum, float[] t) {
    FloatVector v0 = FloatVector.fromArray(SPECIES, t, 0);
    FloatVector v1 = FloatVector.fromArray(SPECIES, t, L);
    FloatVector v2 = FloatVector.fromArray(SPECIES, t, 2 * L);
    FloatVector v3 = FloatVector.fromArray(SPECIES, t, 3 * L);
    FloatVector v4 = FloatVector.fromArray(SPECIES, t, 4 * L);
    FloatVector v5 = FloatVector.fromArray(SPECIES, t, 5 * L);
    FloatVector v6 = FloatVector.fromArray(SPECIES, t, 6 * L);
    FloatVector v7 = FloatVector.fromArray(SPECIES, t, 7 * L);
    v0 = v0.add(FloatVector.fromArray(SPECIES, t, 8 * L));
    v1 = v1.add(FloatVector.fromArray(SPECIES, t, 9 * L));
    v2 = v2.add(FloatVector.fromArray(SPECIES, t, 10 * L));
    v3 = v3.add(FloatVector.fromArray(SPECIES, t, 11 * L));
    v4 = v4.add(FloatVector.fromArray(SPECIES, t, 12 * L));
    v5 = v5.add(FloatVector.fromArray(SPECIES, t, 13 * L));
    v6 = v6.add(FloatVector.fromArray(SPECIES, t, 14 * L));
    v7 = v7.add(FloatVector.fromArray(SPECIES, t, 15 * L));
    v0 = v0.add(v4);
    v1 = v1.add(v5);
    v2 = v2.add(v6);
    v3 = v3.add(v7);
    v0.add(v2).add(v1.add(v3)).intoArray(sum, 0);
  }

  /** The first of {@code rows} rows whose sum is NaN, or {@link Kernels#NO_BAD_ROW}. */
  static int firstBad(float[] sum, int rows) {
    FloatVector vSum = FloatVector.fromArray(SPECIES, sum, 0);
    long bad = vSum.compare(NE, vSum).toLong() & ((1L << rows) - 1);
    return bad == 0 ? Kernels.NO_BAD_ROW : Long.numberOfTrailingZeros(bad);
  }

  /** Clears the lanes that a block of {@code cols} classes leaves empty. */
  static void clearEmptyLanes(float[] t, int cols) {
    Arrays.fill(t, cols * L, LANES * L, 0f);
  }
}
