package dev.retort.kernel;

import static dev.retort.kernel.NarrowRows.L;
import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;

import jdk.incubator.vector.FloatVector;

/** The losses for few classes, {@link NarrowRows}' passes; NOTES (E14), (E17), (E21). */
final class NarrowLoss {
  private NarrowLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    NarrowRows.clearEmptyLanes(scratch.hard, cols);
    NarrowRows.clearEmptyLanes(scratch.dot, cols);
    float uniform = scale * (float) (smoothing / cols);
    float hit = scale * (float) (1 - smoothing);
    for (int i = 0; i < rows; i += L) {
      int count = Math.min(L, rows - i);
      int at = zo + i * cols;
      NarrowRows.gather(scratch.z, z, at, count, cols);
      NarrowRows.max(scratch.max, scratch.z, cols);
      NarrowRows.exp(scratch.hard, scratch.z, scratch.max, 2f, cols);
      NarrowRows.sum(scratch.hardSum, scratch.hard);
      VectorLog.log(scratch.hardLog, scratch.hardSum);
      hardValues(
          value, vo + i, scratch.hardLog, z, at, scratch.max, labels, lo + i, 1 - smoothing,
          count, cols);
      if (smoothing > 0) {
        NarrowRows.shares(scratch.dot, scratch.z, scratch.max, cols);
        NarrowRows.sum(scratch.dotSum, scratch.dot);
        for (int r = 0; r < count; r++) {
          value[vo + i + r] -= smoothing * (2.0 * scratch.dotSum[r]);
        }
      }
      if (dz != null) {
        hardGradient(scratch.hard, scratch.hardSum, scale, uniform, cols);
        NarrowRows.scatter(dz, dzo + i * cols, scratch.hard, count, cols);
        subtractAtLabels(dz, dzo + i * cols, labels, lo + i, hit, count, cols);
      }
      int bad = NarrowRows.firstBad(scratch.hardSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    NarrowRows.clearEmptyLanes(scratch.soft, cols);
    NarrowRows.clearEmptyLanes(scratch.dot, cols);
    for (int i = 0; i < rows; i += L) {
      int count = Math.min(L, rows - i);
      NarrowRows.gather(scratch.z, z, zo + i * cols, count, cols);
      NarrowRows.gather(scratch.p, p, po + i * cols, count, cols);
      NarrowRows.max(scratch.max, scratch.z, cols);
      softValues(scratch, value, vo + i, s, count, cols);
      if (dz != null) {
        softGradient(scratch.soft, scratch.softSum, scratch.p, scale, cols);
        NarrowRows.scatter(dz, dzo + i * cols, scratch.soft, count, cols);
      }
      int bad = NarrowRows.firstBad(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    NarrowRows.clearEmptyLanes(scratch.hard, cols);
    NarrowRows.clearEmptyLanes(scratch.soft, cols);
    NarrowRows.clearEmptyLanes(scratch.dot, cols);
    for (int i = 0; i < rows; i += L) {
      int count = Math.min(L, rows - i);
      int at = zo + i * cols;
      NarrowRows.gather(scratch.z, z, at, count, cols);
      NarrowRows.gather(scratch.p, p, po + i * cols, count, cols);
      NarrowRows.max(scratch.max, scratch.z, cols);
      NarrowRows.exp(scratch.hard, scratch.z, scratch.max, 2f, cols);
      NarrowRows.sum(scratch.hardSum, scratch.hard);
      VectorLog.log(scratch.hardLog, scratch.hardSum);
      hardValues(
          hardValue, vo + i, scratch.hardLog, z, at, scratch.max, labels, lo + i, 1, count, cols);
      softValues(scratch, softValue, vo + i, s, count, cols);
      if (dz != null) {
        softGradient(scratch.soft, scratch.softSum, scratch.p, softScale, cols);
        addHardGradient(scratch.soft, scratch.hard, scratch.hardSum, hardScale, cols);
        NarrowRows.scatter(dz, dzo + i * cols, scratch.soft, count, cols);
        subtractAtLabels(dz, dzo + i * cols, labels, lo + i, hardScale, count, cols);
      }
      int bad = NarrowRows.firstBad(scratch.hardSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** value = log - weight 2 d_y. */
  private static void hardValues(
      double[] value, int vo, double[] log, float[] z, int zo, float[] m,
      int[] labels, int lo, double weight, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      double dy = Math.fma(z[zo + r * cols + labels[lo + r]], 0.5f, -0.5f * m[r]);
      value[vo + r] = log[r] - weight * (2.0 * dy);
    }
  }

  /** Exponentials and sums at a temperature, and value = log - s P. */
  private static void softValues(
      Scratch scratch, double[] value, int vo, float s, int rows, int cols) {
    NarrowRows.exp(scratch.soft, scratch.z, scratch.max, s, cols);
    NarrowRows.sum(scratch.softSum, scratch.soft);
    VectorLog.log(scratch.softLog, scratch.softSum);
    NarrowRows.targetProducts(scratch.dot, scratch.z, scratch.max, scratch.p, cols);
    NarrowRows.sum(scratch.dotSum, scratch.dot);
    for (int r = 0; r < rows; r++) {
      value[vo + r] = scratch.softLog[r] - (double) s * scratch.dotSum[r];
    }
  }

  private static void subtractAtLabels(
      float[] dz, int dzo, int[] labels, int lo, float hit, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      dz[dzo + r * cols + labels[lo + r]] -= hit;
    }
  }

  /** h = h (1 / sum * scale) - uniform. */
  private static void hardGradient(
      float[] h, float[] sum, float scale, float uniform, int cols) {
    FloatVector vr = splat(1f).div(FloatVector.fromArray(SPECIES, sum, 0)).mul(scale);
    FloatVector vUniform = splat(-uniform);
    for (int j = 0; j < cols; j++) {
      FloatVector.fromArray(SPECIES, h, j * L).fma(vr, vUniform).intoArray(h, j * L);
    }
  }

  /** e = (e (1 / sum) - p) scale. */
  private static void softGradient(
      float[] e, float[] sum, float[] p, float scale, int cols) {
    FloatVector vr = splat(1f).div(FloatVector.fromArray(SPECIES, sum, 0));
    for (int j = 0; j < cols; j++) {
      FloatVector vp = FloatVector.fromArray(SPECIES, p, j * L);
      FloatVector ve = FloatVector.fromArray(SPECIES, e, j * L);
      ve.fma(vr, vp.neg()).mul(scale).intoArray(e, j * L);
    }
  }

  /** g = h (1 / sum * scale) + g. */
  private static void addHardGradient(
      float[] g, float[] h, float[] sum, float scale, int cols) {
    FloatVector vr = splat(1f).div(FloatVector.fromArray(SPECIES, sum, 0)).mul(scale);
    for (int j = 0; j < cols; j++) {
      FloatVector vg = FloatVector.fromArray(SPECIES, g, j * L);
      FloatVector.fromArray(SPECIES, h, j * L).fma(vr, vg).intoArray(g, j * L);
    }
  }
}
