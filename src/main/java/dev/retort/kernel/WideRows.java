package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over rows of more than {@value Kernels#LANES} logits. Exponentials go straight to the output,
 * unless the targets are there, or the strip needs {@link WideReductions}' comparison, which reads
 * the logits once more.
 */
final class WideRows extends WideReductions {
  static final PerThread<WideRows> OF_THREAD = new PerThread<>(WideRows::new);

  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private float[] hardBuffer = {};
  private float[] softBuffer = {};

  @Override
  void harden(int[] labels, int lo, float[] out, int to) {
    takeLabels(labels, lo);
    boolean direct = normal && out != null;
    hard = direct ? out : hardBuffer();
    hardOffset = direct ? to : 0;
    hardExponentials(labels, lo);
    addOwn(labels, lo);
  }

  @Override
  void soften(float s, float[] out, int to) {
    boolean direct = normal && out != null;
    soft = direct ? out : softBuffer();
    softOffset = direct ? to : 0;
    softExponentials(s);
  }

  @Override
  void both(int[] labels, int lo, float[] p, int po, float s, float[] out, int to) {
    if (!normal) {
      dots(p, po);
      harden(labels, lo, null, 0);
      soften(s, out, to);
      return;
    }
    takeLabels(labels, lo);
    hard = hardBuffer();
    hardOffset = 0;
    soft = out == null ? softBuffer() : out;
    softOffset = out == null ? 0 : to;
    bothExponentials(labels, lo, p, po, s);
    addOwn(labels, lo);
  }

  private void takeLabels(int[] labels, int lo) {
    for (int r = 0; r < rows; r++) {
      labelHalf[r] = half(z[zo + r * cols + labels[lo + r]], max[r]);
    }
  }

  private void addOwn(int[] labels, int lo) {
    for (int r = 0; r < rows; r++) {
      int y = hardOffset + r * cols + labels[lo + r];
      own[r] = hard[y];
      hardSum[r] = rest[r] + own[r];
      hard[y] = 0f - rest[r];
    }
  }

  private float[] hardBuffer() {
    if (hardBuffer.length < rows * cols) {
      hardBuffer = new float[strip(cols) * cols];
    }
    return hardBuffer;
  }

  private float[] softBuffer() {
    if (softBuffer.length < rows * cols) {
      softBuffer = new float[strip(cols) * cols];
    }
    return softBuffer;
  }

  @Override
  void softmax(float[] y, int yo) {
    for (int r = 0, at = 0; r < rows; r++, at += cols) {
      multiply(y, yo + at, soft, softOffset + at, 1f / softSum[r], 0f);
    }
  }

  @Override
  void hardGradient(
      float[] dz, int dzo, int[] labels, int lo, float scale, float others, float allOthers) {
    for (int r = 0, at = 0; r < rows; r++, at += cols) {
      float rate = 1f / hardSum[r] * scale;
      multiply(dz, dzo + at, hard, hardOffset + at, rate, others);
      dz[dzo + at + labels[lo + r]] = Math.fma(0f - rest[r], rate, allOthers);
    }
  }

  /** y = e rate - others for a row. */
  private void multiply(float[] y, int yo, float[] e, int eo, float rate, float others) {
    int last = cols - L;
    FloatVector vLast =
        fromArray(F, e, eo + last).fma(broadcast(F, rate), broadcast(F, -others));
    for (int i = 0; i <= last; i += L) {
      FloatVector ve = fromArray(F, e, eo + i);
      ve.fma(broadcast(F, rate), broadcast(F, -others)).intoArray(y, yo + i);
    }
    vLast.intoArray(y, yo + last);
  }

  @Override
  void gradient(
      float[] dz, int dzo, float[] p, int po, float hardScale, float softScale) {
    int last = cols - L;
    for (int r = 0, at = 0; r < rows; r++, at += cols) {
      float hardRate = 1f / hardSum[r] * hardScale;
      float rate = 1f / softSum[r];
      FloatVector vLast = fromArray(F, soft, softOffset + at + last);
      vLast = vLast.fma(broadcast(F, rate), fromArray(F, p, po + at + last).neg());
      vLast = vLast.mul(broadcast(F, softScale));
      vLast = fromArray(F, hard, at + last).fma(broadcast(F, hardRate), vLast);
      for (int i = 0; i <= last; i += L) {
        FloatVector ve = fromArray(F, soft, softOffset + at + i);
        ve = ve.fma(broadcast(F, rate), fromArray(F, p, po + at + i).neg());
        ve = ve.mul(broadcast(F, softScale));
        FloatVector vh = fromArray(F, hard, at + i);
        vh.fma(broadcast(F, hardRate), ve).intoArray(dz, dzo + at + i);
      }
      vLast.intoArray(dz, dzo + at + last);
    }
  }
}
