package dev.retort.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Ways to softmax(x s) over a row, as plain code: how often a row goes through memory against how
 * much is computed for that. Finite logits only. What a row has beyond whole vectors goes one by one,
 * as masks that outlive a loop are boxed.
 */
public enum SoftmaxVariant {
  /** The maximum; exponentials, stored and summed; a scaling. Reads three times, writes twice. */
  THREE_PASS {
    @Override
    void row(float[] y, float[] x, int at, int n, float s, float[] sum) {
      float max = maximum(x, at, n) * s;
      float total = storeAndSum(y, x, at, n, s, max);
      scale(y, at, n, 1 / total);
    }
  },
  /**
   * Dukhan and Ablavatski, Two-Pass Softmax Algorithm, 2020, arXiv 2001.04438: an exponential is a
   * pair m 2^n, pairs add up without a maximum, and a second pass computes them again, scaled. Reads
   * twice, writes once.
   */
  TWO_PASS {
    @Override
    void row(float[] y, float[] x, int at, int n, float s, float[] sum) {
      sumOfPairs(sum, x, at, n, s);
      scaledPairs(y, x, at, n, s, sum[1], 1 / sum[0]);
    }
  },
  /**
   * Milakov and Gimelshein, Online normalizer calculation for softmax, 2018, arXiv 1805.02867: a
   * running maximum with the sum relative to it, which shrinks whenever the maximum grows, and a
   * second pass. Reads twice, writes once.
   */
  ONLINE {
    @Override
    void row(float[] y, float[] x, int at, int n, float s, float[] sum) {
      onlineSums(sum, x, at, SPECIES.loopBound(n), s);
      fold(sum, x, at + SPECIES.loopBound(n), at + n, s);
      exponentials(y, x, at, n, s, sum[1], 1 / sum[0]);
    }
  };

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Where maxima begin. */
  private static final float LOW = -1e30f;

  /** Of sums, for every lane two. */
  static final int SCRATCH = 2 * LANES;

  /**
   * Softmax of the n logits from {@code at}, times s. Modified: y there; sum, to the sum of
   * exponentials and the exponent, of 2 or of e, of what that is to be multiplied by.
   */
  abstract void row(float[] y, float[] x, int at, int n, float s, float[] sum);

  private static float maximum(float[] x, int at, int n) {
    FloatVector vMax = FloatVector.broadcast(SPECIES, LOW);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      vMax = vMax.max(FloatVector.fromArray(SPECIES, x, at + i));
    }
    float max = vMax.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  private static float storeAndSum(float[] y, float[] x, int at, int n, float s, float max) {
    FloatVector vSum = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector e = PlainExp.exp(FloatVector.fromArray(SPECIES, x, at + i).mul(s).sub(max));
      e.intoArray(y, at + i);
      vSum = vSum.add(e);
    }
    float sum = vSum.reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      y[at + i] = PlainExp.exp(x[at + i] * s - max);
      sum += y[at + i];
    }
    return sum;
  }

  private static void scale(float[] y, int at, int n, float factor) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector.fromArray(SPECIES, y, at + i).mul(factor).intoArray(y, at + i);
    }
    for (; i < n; i++) {
      y[at + i] *= factor;
    }
  }

  private static void sumOfPairs(float[] sum, float[] x, int at, int n, float s) {
    FloatVector vSum = FloatVector.zero(SPECIES);
    FloatVector vMost = FloatVector.broadcast(SPECIES, LOW);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector t = FloatVector.fromArray(SPECIES, x, at + i).mul(s);
      FloatVector p = PlainExp.powerOf2(t);
      FloatVector larger = vMost.max(p);
      FloatVector e = PlainExp.mantissa(t, p).mul(PlainExp.twoTo(p.sub(larger)));
      vSum = vSum.mul(PlainExp.twoTo(vMost.sub(larger))).add(e);
      vMost = larger;
    }
    float most = vMost.reduceLanes(VectorOperators.MAX);
    float total = vSum.mul(PlainExp.twoTo(vMost.sub(most))).reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      float t = x[at + i] * s;
      float p = PlainExp.powerOf2(t);
      float larger = Math.max(most, p);
      total =
          total * PlainExp.twoTo(most - larger)
              + PlainExp.mantissa(t, p) * PlainExp.twoTo(p - larger);
      most = larger;
    }
    sum[0] = total;
    sum[1] = most;
  }

  private static void scaledPairs(
      float[] y, float[] x, int at, int n, float s, float most, float factor) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector t = FloatVector.fromArray(SPECIES, x, at + i).mul(s);
      FloatVector p = PlainExp.powerOf2(t);
      FloatVector e = PlainExp.mantissa(t, p).mul(PlainExp.twoTo(p.sub(most)));
      e.mul(factor).intoArray(y, at + i);
    }
    for (; i < n; i++) {
      float t = x[at + i] * s;
      float p = PlainExp.powerOf2(t);
      y[at + i] = PlainExp.mantissa(t, p) * PlainExp.twoTo(p - most) * factor;
    }
  }

  private static void onlineSums(float[] sums, float[] x, int at, int n, float s) {
    FloatVector vMax = FloatVector.broadcast(SPECIES, LOW);
    FloatVector vSum = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector t = FloatVector.fromArray(SPECIES, x, at + i).mul(s);
      FloatVector larger = vMax.max(t);
      vSum = vSum.mul(PlainExp.exp(vMax.sub(larger))).add(PlainExp.exp(t.sub(larger)));
      vMax = larger;
    }
    vSum.intoArray(sums, 0);
    vMax.intoArray(sums, LANES);
  }

  /** The lanes' sums become one, with the logits that no lane has seen. */
  private static void fold(float[] sums, float[] x, int from, int to, float s) {
    float max = LOW;
    for (int lane = 0; lane < LANES; lane++) {
      max = Math.max(max, sums[LANES + lane]);
    }
    float total = 0;
    for (int lane = 0; lane < LANES; lane++) {
      total += sums[lane] * PlainExp.exp(sums[LANES + lane] - max);
    }
    for (int i = from; i < to; i++) {
      float t = x[i] * s;
      float larger = Math.max(max, t);
      total = total * PlainExp.exp(max - larger) + PlainExp.exp(t - larger);
      max = larger;
    }
    sums[0] = total;
    sums[1] = max;
  }

  private static void exponentials(
      float[] y, float[] x, int at, int n, float s, float max, float factor) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector e = PlainExp.exp(FloatVector.fromArray(SPECIES, x, at + i).mul(s).sub(max));
      e.mul(factor).intoArray(y, at + i);
    }
    for (; i < n; i++) {
      y[at + i] = PlainExp.exp(x[at + i] * s - max) * factor;
    }
  }
}
