package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over one row of more than {@value Kernels#LANES} logits, many classes at a time; one small
 * method each, so that every vector stays in a register.
 *
 * <p>A reduction leaves its lanes to {@link Fold}, so that the rows of a strip fold together. It has
 * {@value Kernels#LANES} lanes whatever the width: it goes over the row once for every part of the
 * lanes that a vector holds, and what is left of the row is added to the lanes in memory.
 */
final class WideRows {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final int LANES = Kernels.LANES;

  /** Logits of a strip that stay in the first-level cache with all that is made of them. */
  private static final int STRIP = 2048;

  private WideRows() {}

  /** Rows that pass together. */
  static int strip(int cols) {
    return Math.clamp(STRIP / cols, 1, Workspace.ROWS);
  }

  /** The largest element of each lane; where one is NaN, any: the row is bad whatever it is. */
  static void maxLanes(float[] lanes, int lo, float[] z, int zo, int n) {
    FloatVector vm0 = fromArray(F, z, zo);
    FloatVector vm1 = fromArray(F, z, zo + n - L);
    FloatVector vm2 = vm0;
    FloatVector vm3 = vm1;
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      FloatVector vz0 = fromArray(F, z, zo + i);
      FloatVector vz1 = fromArray(F, z, zo + i + L);
      FloatVector vz2 = fromArray(F, z, zo + i + 2 * L);
      FloatVector vz3 = fromArray(F, z, zo + i + 3 * L);
      vm0 = vm0.blend(vz0, vz0.compare(GT, vm0));
      vm1 = vm1.blend(vz1, vz1.compare(GT, vm1));
      vm2 = vm2.blend(vz2, vz2.compare(GT, vm2));
      vm3 = vm3.blend(vz3, vz3.compare(GT, vm3));
    }
    for (; i <= n - L; i += L) {
      FloatVector vz = fromArray(F, z, zo + i);
      vm0 = vm0.blend(vz, vz.compare(GT, vm0));
    }
    vm0 = vm0.blend(vm1, vm1.compare(GT, vm0));
    vm2 = vm2.blend(vm3, vm3.compare(GT, vm2));
    vm0.blend(vm2, vm2.compare(GT, vm0)).intoArray(lanes, lo);
  }

  /** d, half the shifted logit. */
  static float half(float z, float m) {
    return Math.fma(z, 0.5f, -0.5f * m);
  }

  /**
   * e = exp(d s), with the lanes of e's sum. The last vector ends with the row and overlaps the one
   * before; the lanes get what is new of it. The room is for lanes.
   */
  static void exp(
      float[] e, int eo, float[] z, int zo, float m, float s, int n,
      float[] lanes, int lo, float[] room) {
    float shift = -0.5f * m;
    int whole = F.loopBound(n);
    for (int lane = 0; lane < LANES; lane += L) {
      VectorExp.nonPositive(e, eo, z, zo, 0.5f, shift, s, lane, LANES, whole, lanes, lo);
    }
    if (whole < n) {
      int last = n - L;
      VectorExp.nonPositive(e, eo + last, z, zo + last, 0.5f, shift, s, 0, L, L, room, 0);
      for (int i = whole; i < n; i++) {
        lanes[lo + i % LANES] += e[eo + i];
      }
    }
  }

  /** The lanes of the mean of d: of the dot product of d and 1 / n. */
  static void meanLanes(float[] z, int zo, float m, int n, float[] lanes, int lo) {
    int whole = F.loopBound(n);
    float share = 1f / n;
    for (int lane = 0; lane < LANES; lane += L) {
      meanLanes(z, zo, m, share, lane, whole, lanes, lo);
    }
    for (int i = whole; i < n; i++) {
      int lane = lo + i % LANES;
      lanes[lane] = Math.fma(share, half(z[zo + i], m), lanes[lane]);
    }
  }

  private static void meanLanes(
      float[] z, int zo, float m, float share, int lane, int n, float[] lanes, int lo) {
    float shift = -0.5f * m;
    FloatVector vSum = broadcast(F, 0f);
    for (int i = lane; i <= n - L; i += LANES) {
      FloatVector vd = fromArray(F, z, zo + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
      vSum = broadcast(F, share).fma(vd, vSum);
    }
    vSum.intoArray(lanes, lo + lane);
  }

  /** The lanes of the dot product of p and d, a NaN where a class with p = 0 is masked. */
  static void dotLanes(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes, int lo) {
    int whole = F.loopBound(n);
    for (int lane = 0; lane < LANES; lane += L) {
      dotLanes(z, zo, p, po, m, lane, whole, lanes, lo);
    }
    dotRest(z, zo, p, po, m, whole, n, lanes, lo);
  }

  private static void dotLanes(
      float[] z, int zo, float[] p, int po, float m, int lane, int n, float[] lanes, int lo) {
    float shift = -0.5f * m;
    FloatVector vSum = broadcast(F, 0f);
    for (int i = lane; i <= n - L; i += LANES) {
      FloatVector vd = fromArray(F, z, zo + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
      vSum = fromArray(F, p, po + i).fma(vd, vSum);
    }
    vSum.intoArray(lanes, lo + lane);
  }

  /** The same, elements with p = 0 left out. */
  static void maskedDotLanes(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes, int lo) {
    int whole = F.loopBound(n);
    for (int lane = 0; lane < LANES; lane += L) {
      maskedDotLanes(z, zo, p, po, m, lane, whole, lanes, lo);
    }
    dotRest(z, zo, p, po, m, whole, n, lanes, lo);
  }

  private static void maskedDotLanes(
      float[] z, int zo, float[] p, int po, float m, int lane, int n, float[] lanes, int lo) {
    float shift = -0.5f * m;
    FloatVector vSum = broadcast(F, 0f);
    for (int i = lane; i <= n - L; i += LANES) {
      FloatVector vd = fromArray(F, z, zo + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
      FloatVector vp = fromArray(F, p, po + i);
      vSum = vSum.blend(vp.fma(vd, vSum), vp.compare(NE, 0f));
    }
    vSum.intoArray(lanes, lo + lane);
  }

  private static void dotRest(
      float[] z, int zo, float[] p, int po, float m, int from, int n, float[] lanes, int lo) {
    for (int i = from; i < n; i++) {
      if (p[po + i] != 0f) {
        int lane = lo + i % LANES;
        lanes[lane] = Math.fma(p[po + i], half(z[zo + i], m), lanes[lane]);
      }
    }
  }

  /** y = e r - others. */
  static void multiply(float[] y, int yo, float[] e, int eo, float r, float others, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector ve = fromArray(F, e, eo + i);
      ve.fma(broadcast(F, r), broadcast(F, -others)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = Math.fma(e[eo + i], r, -others);
    }
  }

  /** y = d s - log, in place allowed. */
  static void logarithms(
      float[] y, int yo, float[] z, int zo, float m, float s, float log, int n) {
    float shift = -0.5f * m;
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector vd = fromArray(F, z, zo + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
      vd.mul(broadcast(F, s)).sub(broadcast(F, log)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = half(z[zo + i], m) * s - log;
    }
  }

  /** dz = (e r - p) scale, in place of p allowed. */
  static void softGradient(
      float[] dz, int dzo, float[] e, int eo, float[] p, int po, float r, float scale, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector vp = fromArray(F, p, po + i);
      FloatVector ve = fromArray(F, e, eo + i);
      ve.fma(broadcast(F, r), vp.neg()).mul(broadcast(F, scale)).intoArray(dz, dzo + i);
    }
    for (; i < n; i++) {
      dz[dzo + i] = Math.fma(e[eo + i], r, -p[po + i]) * scale;
    }
  }

  /** dz = h hardRate + (e r - p) scale, in place of p allowed; h and e begin alike. */
  static void gradient(
      float[] dz, int dzo, float[] h, float hardRate, float[] e, int eo,
      float[] p, int po, float r, float scale, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector vp = fromArray(F, p, po + i);
      FloatVector ve = fromArray(F, e, eo + i);
      FloatVector vg = ve.fma(broadcast(F, r), vp.neg()).mul(broadcast(F, scale));
      fromArray(F, h, eo + i).fma(broadcast(F, hardRate), vg).intoArray(dz, dzo + i);
    }
    for (; i < n; i++) {
      float g = Math.fma(e[eo + i], r, -p[po + i]) * scale;
      dz[dzo + i] = Math.fma(h[eo + i], hardRate, g);
    }
  }
}
