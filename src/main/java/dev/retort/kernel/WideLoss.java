package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The losses for many classes: a row at a time, {@link WideRows}' passes. */
final class WideLoss {
  private static final int L = SPECIES.length();

  private WideLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    float[] e = dz == null ? scratch.hardRow(cols) : dz;
    int eo = dz == null ? 0 : dzo;
    int step = dz == null ? 0 : cols;
    float uniform = scale * (float) (smoothing / cols);
    float hit = scale * (float) (1 - smoothing);
    for (int i = 0; i < rows; i++, zo += cols, eo += step) {
      float m = WideRows.max(z, zo, cols);
      int y = labels[lo + i];
      double dy = Math.fma(z[zo + y], 0.5f, -0.5f * m);
      double all = smoothing > 0 ? WideRows.halfSum(z, zo, m, cols, scratch.lanes) : 0;
      float sum = WideRows.expSum(e, eo, z, zo, m, 2f, cols, scratch.lanes);
      if (Float.isNaN(sum)) {
        return i;
      }
      value[vo + i] =
          Log.log(sum)
              - (1 - smoothing) * (2.0 * dy)
              - (smoothing > 0 ? smoothing / cols * (2.0 * all) : 0);
      if (dz != null) {
        hardGradient(dz, eo, 1f / sum * scale, uniform, cols);
        dz[eo + y] -= hit;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    float[] e = scratch.softRow(cols);
    for (int i = 0; i < rows; i++, zo += cols, po += cols, dzo += cols) {
      float m = WideRows.max(z, zo, cols);
      float sum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch.lanes);
      if (Float.isNaN(sum)) {
        return i;
      }
      double dot = WideRows.targetDot(z, zo, p, po, m, cols, scratch.lanes);
      value[vo + i] = Log.log(sum) - s * dot;
      if (dz != null) {
        softGradient(dz, dzo, e, p, po, 1f / sum, scale, cols);
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    float[] e = scratch.softRow(cols);
    float[] h = scratch.hardRow(cols);
    for (int i = 0; i < rows; i++, zo += cols, po += cols, dzo += cols) {
      float m = WideRows.max(z, zo, cols);
      float hardSum = WideRows.expSum(h, 0, z, zo, m, 2f, cols, scratch.lanes);
      if (Float.isNaN(hardSum)) {
        return i;
      }
      float softSum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch.lanes);
      int y = labels[lo + i];
      double dy = Math.fma(z[zo + y], 0.5f, -0.5f * m);
      double dot = WideRows.targetDot(z, zo, p, po, m, cols, scratch.lanes);
      hardValue[vo + i] = Log.log(hardSum) - 2.0 * dy;
      softValue[vo + i] = Log.log(softSum) - s * dot;
      if (dz != null) {
        gradient(
            dz, dzo, h, 1f / hardSum * hardScale, e, p, po, 1f / softSum, softScale, cols);
        dz[dzo + y] -= hardScale;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** dz = dz r - uniform, where dz holds the exponentials. */
  private static void hardGradient(float[] dz, int dzo, float r, float uniform, int n) {
    FloatVector vr = splat(r);
    FloatVector vUniform = splat(-uniform);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(SPECIES, dz, dzo + i).fma(vr, vUniform).intoArray(dz, dzo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector ve = FloatVector.fromArray(SPECIES, dz, dzo + i, tail);
      ve.fma(vr, vUniform).intoArray(dz, dzo + i, tail);
    }
  }

  /** dz = (e r - p) scale. */
  private static void softGradient(
      float[] dz, int dzo, float[] e, float[] p, int po, float r, float scale, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector vp = FloatVector.fromArray(SPECIES, p, po + i);
      FloatVector ve = FloatVector.fromArray(SPECIES, e, i);
      ve.fma(splat(r), vp.neg()).mul(scale).intoArray(dz, dzo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector vp = FloatVector.fromArray(SPECIES, p, po + i, tail);
      FloatVector ve = FloatVector.fromArray(SPECIES, e, i, tail);
      ve.fma(splat(r), vp.neg()).mul(scale).intoArray(dz, dzo + i, tail);
    }
  }

  /** dz = h hardRate + (e r - p) softScale. */
  private static void gradient(
      float[] dz, int dzo, float[] h, float hardRate,
      float[] e, float[] p, int po, float r, float softScale, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector vp = FloatVector.fromArray(SPECIES, p, po + i);
      FloatVector vg =
          FloatVector.fromArray(SPECIES, e, i).fma(splat(r), vp.neg()).mul(softScale);
      FloatVector vh = FloatVector.fromArray(SPECIES, h, i);
      vh.fma(splat(hardRate), vg).intoArray(dz, dzo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector vp = FloatVector.fromArray(SPECIES, p, po + i, tail);
      FloatVector vg =
          FloatVector.fromArray(SPECIES, e, i, tail).fma(splat(r), vp.neg()).mul(softScale);
      FloatVector vh = FloatVector.fromArray(SPECIES, h, i, tail);
      vh.fma(splat(hardRate), vg).intoArray(dz, dzo + i, tail);
    }
  }
}
