package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;

import jdk.incubator.vector.FloatVector;

/** The losses for many classes, {@link WideRows}' passes; NOTES (E14), (E17), (E21). */
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
      double dy = WideRows.half(z[zo + y], m);
      double mean = smoothing > 0 ? WideRows.halfMean(z, zo, m, cols, scratch.lanes) : 0;
      float sum = WideRows.expSum(e, eo, z, zo, m, 2f, cols, scratch);
      if (Float.isNaN(sum)) {
        return i;
      }
      value[vo + i] =
          Log.log(sum)
              - (1 - smoothing) * (2.0 * dy)
              - (smoothing > 0 ? smoothing * (2.0 * mean) : 0);
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
      float sum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch);
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
      float hardSum = WideRows.expSum(h, 0, z, zo, m, 2f, cols, scratch);
      if (Float.isNaN(hardSum)) {
        return i;
      }
      float softSum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch);
      int y = labels[lo + i];
      double dy = WideRows.half(z[zo + y], m);
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
    FloatVector vLast = hardGradient(dz, dzo + n - L, r, uniform);
    for (int i = 0; i <= n - L; i += L) {
      hardGradient(dz, dzo + i, r, uniform).intoArray(dz, dzo + i);
    }
    vLast.intoArray(dz, dzo + n - L);
  }

  private static FloatVector hardGradient(float[] e, int eo, float r, float uniform) {
    return FloatVector.fromArray(SPECIES, e, eo).fma(splat(r), splat(-uniform));
  }

  /** dz = (e r - p) scale. */
  private static void softGradient(
      float[] dz, int dzo, float[] e, float[] p, int po, float r, float scale, int n) {
    FloatVector vLast = softGradient(e, n - L, p, po + n - L, r, scale);
    for (int i = 0; i <= n - L; i += L) {
      softGradient(e, i, p, po + i, r, scale).intoArray(dz, dzo + i);
    }
    vLast.intoArray(dz, dzo + n - L);
  }

  private static FloatVector softGradient(
      float[] e, int eo, float[] p, int po, float r, float scale) {
    FloatVector vp = FloatVector.fromArray(SPECIES, p, po);
    return FloatVector.fromArray(SPECIES, e, eo).fma(splat(r), vp.neg()).mul(scale);
  }

  /** dz = h hardRate + (e r - p) softScale. */
  private static void gradient(
      float[] dz, int dzo, float[] h, float hardRate,
      float[] e, float[] p, int po, float r, float softScale, int n) {
    FloatVector vLast =
        FloatVector.fromArray(SPECIES, h, n - L)
            .fma(splat(hardRate), softGradient(e, n - L, p, po + n - L, r, softScale));
    for (int i = 0; i <= n - L; i += L) {
      FloatVector vg = softGradient(e, i, p, po + i, r, softScale);
      FloatVector.fromArray(SPECIES, h, i).fma(splat(hardRate), vg).intoArray(dz, dzo + i);
    }
    vLast.intoArray(dz, dzo + n - L);
  }
}
