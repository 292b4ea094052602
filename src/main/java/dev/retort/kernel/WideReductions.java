package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMAX;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The reductions over rows of more than {@value Kernels#LANES} logits, many classes of one row at a
 * time. A sum leaves its {@value Kernels#LANES} lanes to {@link LaneReduction}: a pass goes over the
 * row once for each part of the lanes that a vector holds.
 *
 * <p>The last part of a row is a vector that ends with the row and overlaps the one before. It is
 * read before the row is written and written last, so that the output may be in place; rotated, its
 * new elements meet their lanes.
 *
 * <p>Exponentials below the least normal float need a comparison, which costs a tenth of a pass. A
 * strip whose extremes show that there are none does without; in others {@link #flush} follows.
 */
abstract sealed class WideReductions extends Rows permits WideRows {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();
  private static final int LANES = Kernels.LANES;

  /** Logits of a strip that stay in the first-level cache with all that is made of them. */
  private static final int STRIP = 2048;

  /** Consecutive integers; twice those below L; all bits for the first L, none for the rest. */
  private static final int[] INDEX = new int[LANES];

  private static final int[] ROTATED = new int[2 * L];
  private static final int[] KEEP = new int[2 * L];

  /** No element to leave out of a sum. */
  private static final int[] NONE = new int[ROWS];

  static {
    Arrays.setAll(INDEX, i -> i);
    Arrays.setAll(ROTATED, i -> i % L);
    Arrays.fill(KEEP, 0, L, -1);
    Arrays.fill(NONE, -1);
  }

  private final float[] lanes = LaneReduction.lanes(ROWS);
  private final float[] softLanes = LaneReduction.lanes(ROWS);
  private final float[] dotLanes = LaneReduction.lanes(ROWS);
  private final float[] reduction = LaneReduction.lanes(ROWS);

  /** Whether no exponent of the strip is below {@link Exp#LOWEST}. */
  boolean normal;

  /** Where the exponentials at T = 1 and at a temperature are. */
  float[] hard;

  int hardOffset;
  float[] soft;
  int softOffset;

  @Override
  int strip(int classes) {
    int strip = Math.clamp(STRIP / classes, 1, ROWS);
    return strip < LANES ? strip : strip / LANES * LANES;
  }

  /**
   * As signed integers, the bits of floats have their order where a float is not negative, and the
   * opposite order among negative ones; as unsigned integers, the negative float of largest size is
   * the largest.
   *
   * <p>Two vectors a turn keep this method above the 325 bytecodes that C2 inlines: inlined into a caller
   * that also holds a product, its vectors were boxed for good, 8 KB a call at 700 classes (ClassifierTest).
   */
  @Override
  void maxima(float s) {
    int at = zo;
    int last = cols - L;
    IntVector vUnsigned = IntVector.broadcast(I, 0);
    for (int r = 0; r < rows; r++, at += cols) {
      IntVector vMax = fromArray(F, z, at + last).reinterpretAsInts();
      IntVector vMin = vMax;
      vUnsigned = vUnsigned.lanewise(UMAX, vMax);
      for (int i = 0; i <= last; i += 2 * L) {
        IntVector vz = fromArray(F, z, at + i).reinterpretAsInts();
        IntVector vNext = fromArray(F, z, at + Math.min(i + L, last)).reinterpretAsInts();
        vMax = vMax.max(vz).max(vNext);
        vMin = vMin.min(vz).min(vNext);
        vUnsigned = vUnsigned.lanewise(UMAX, vz).lanewise(UMAX, vNext);
      }
      int bits = vMax.reduceLanes(MAX);
      max[r] = Float.intBitsToFloat(bits < 0 ? vMin.reduceLanes(MIN) : bits);
    }
    // The top bit flipped: an unsigned maximum of lanes is no one operation, and would be boxed.
    int bits = vUnsigned.add(Integer.MIN_VALUE).reduceLanes(MAX) + Integer.MIN_VALUE;
    float least = bits < 0 ? Float.intBitsToFloat(bits) : 0f;
    normal = true;
    for (int r = 0; r < rows; r++) {
      normal &= half(least, max[r]) * s >= Exp.LOWEST;
    }
  }

  static float half(float z, float m) {
    return Math.fma(z, 0.5f, -0.5f * m);
  }

  /** Exponentials at T = 1, with the sums without the labels' own. */
  final void hardExponentials(int[] labels, int lo) {
    exponentials(hard, hardOffset, 2f, labels, lo);
    if (!normal) {
      flush(hard, 2f, labels, lo);
    }
    sum(rest, lanes);
  }

  /** Exponentials at a temperature, with their sums. */
  final void softExponentials(float s) {
    exponentials(soft, softOffset, s, NONE, 0);
    if (!normal) {
      flush(soft, s, NONE, 0);
    }
    sum(softSum, lanes);
  }

  /** Both, and the dot products of p and d, of a strip that is {@link #normal}. */
  final void bothExponentials(int[] labels, int lo, float[] p, int po, float s) {
    bothLanes(labels, lo, p, po, s);
    sum(rest, lanes);
    sum(softSum, softLanes);
    sum(dot, dotLanes);
  }

  private void sum(float[] sum, float[] of) {
    LaneReduction.sum(sum, of, rows, LANES, reduction);
  }

  /**
   * e = exp(d s) for exponents from {@link Exp#LOWEST} on, NaN and the rest unspecified, with the
   * lanes of their sums.
   *
   * @param leftOut for each row, the element that its sum leaves out
   */
  private void exponentials(float[] e, int to, float s, int[] leftOut, int lo) {
    int tail = cols & (L - 1);
    int last = cols - L;
    IntVector vRotate = IntVector.fromArray(I, ROTATED, L - tail);
    IntVector vKeep = IntVector.fromArray(I, KEEP, L - tail);
    for (int r = 0, at = zo, lane = 0; r < rows; r++, at += cols, to += cols, lane += LANES) {
      float shift = -0.5f * max[r];
      int out = leftOut[lo + r];
      FloatVector vLast = fromArray(F, z, at + last);
      for (int part = 0; part < LANES; part += L) {
        IntVector vIndex = IntVector.fromArray(I, INDEX, part);
        FloatVector vSum = broadcast(F, 0f);
        for (int i = part; i <= last; i += LANES) {
          FloatVector vx = fromArray(F, z, at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          vx = vx.mul(broadcast(F, s));
          FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
          FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
          vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
          FloatVector vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
          vp = vp.fma(vr, broadcast(F, Exp.C4));
          vp = vp.fma(vr, broadcast(F, Exp.C3));
          vp = vp.fma(vr, broadcast(F, Exp.C2));
          vp = vp.fma(vr, broadcast(F, 1f));
          vp = vp.fma(vr, broadcast(F, 1f));
          FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
          FloatVector ve = vp.mul(vPower);
          ve.intoArray(e, to + i);
          vSum = vSum.add(ve, vIndex.compare(NE, out).cast(F));
          vIndex = vIndex.add(LANES);
        }
        vSum.intoArray(lanes, lane + part);
      }
      if (tail > 0) {
        FloatVector vx = vLast.fma(broadcast(F, 0.5f), broadcast(F, shift));
        vx = vx.mul(broadcast(F, s));
        FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
        FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
        vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
        FloatVector vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
        vp = vp.fma(vr, broadcast(F, Exp.C4));
        vp = vp.fma(vr, broadcast(F, Exp.C3));
        vp = vp.fma(vr, broadcast(F, Exp.C2));
        vp = vp.fma(vr, broadcast(F, 1f));
        vp = vp.fma(vr, broadcast(F, 1f));
        FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        FloatVector ve = vp.mul(vPower);
        ve.intoArray(e, to + last);
        int sum = lane + (cols - tail) % LANES;
        ve = vRotate.selectFrom(ve.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        IntVector vIndex = IntVector.fromArray(I, INDEX, 0).add(cols - tail);
        fromArray(F, lanes, sum).add(ve, vIndex.compare(NE, out).cast(F)).intoArray(lanes, sum);
      }
    }
  }

  /** Both exponentials as {@link #exponentials}, and the dot product of p and d, in one loop. */
  private void bothLanes(int[] leftOut, int lo, float[] p, int po, float s) {
    int tail = cols & (L - 1);
    int last = cols - L;
    IntVector vRotate = IntVector.fromArray(I, ROTATED, L - tail);
    IntVector vKeep = IntVector.fromArray(I, KEEP, L - tail);
    for (int r = 0, at = 0; r < rows; r++, at += cols) {
      float shift = -0.5f * max[r];
      int out = leftOut[lo + r];
      int lane = r * LANES;
      FloatVector vLast = fromArray(F, z, zo + at + last);
      for (int part = 0; part < LANES; part += L) {
        IntVector vIndex = IntVector.fromArray(I, INDEX, part);
        FloatVector vRest = broadcast(F, 0f);
        FloatVector vSoft = broadcast(F, 0f);
        FloatVector vDot = broadcast(F, 0f);
        for (int i = part; i <= last; i += LANES) {
          FloatVector vd =
              fromArray(F, z, zo + at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          vDot = fromArray(F, p, po + at + i).fma(vd, vDot);
          FloatVector vx = vd.add(vd);
          FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
          FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
          vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
          FloatVector vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
          vp = vp.fma(vr, broadcast(F, Exp.C4));
          vp = vp.fma(vr, broadcast(F, Exp.C3));
          vp = vp.fma(vr, broadcast(F, Exp.C2));
          vp = vp.fma(vr, broadcast(F, 1f));
          vp = vp.fma(vr, broadcast(F, 1f));
          FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
          FloatVector ve = vp.mul(vPower);
          ve.intoArray(hard, at + i);
          vRest = vRest.add(ve, vIndex.compare(NE, out).cast(F));
          vIndex = vIndex.add(LANES);
          vx = vd.mul(broadcast(F, s));
          vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          vn = vt.sub(broadcast(F, Exp.MAGIC));
          vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
          vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
          vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
          vp = vp.fma(vr, broadcast(F, Exp.C4));
          vp = vp.fma(vr, broadcast(F, Exp.C3));
          vp = vp.fma(vr, broadcast(F, Exp.C2));
          vp = vp.fma(vr, broadcast(F, 1f));
          vp = vp.fma(vr, broadcast(F, 1f));
          vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
          ve = vp.mul(vPower);
          ve.intoArray(soft, softOffset + at + i);
          vSoft = vSoft.add(ve);
        }
        vRest.intoArray(lanes, lane + part);
        vSoft.intoArray(softLanes, lane + part);
        vDot.intoArray(dotLanes, lane + part);
      }
      if (tail > 0) {
        int sum = lane + (cols - tail) % LANES;
        FloatVector vd = vLast.fma(broadcast(F, 0.5f), broadcast(F, shift));
        FloatVector vp = fromArray(F, p, po + at + last);
        vp = vRotate.selectFrom(vp.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        FloatVector vNew = vRotate.selectFrom(vd.reinterpretAsInts()).reinterpretAsFloats();
        vp.fma(vNew, fromArray(F, dotLanes, sum)).intoArray(dotLanes, sum);
        FloatVector vx = vd.add(vd);
        FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
        FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
        vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
        vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
        vp = vp.fma(vr, broadcast(F, Exp.C4));
        vp = vp.fma(vr, broadcast(F, Exp.C3));
        vp = vp.fma(vr, broadcast(F, Exp.C2));
        vp = vp.fma(vr, broadcast(F, 1f));
        vp = vp.fma(vr, broadcast(F, 1f));
        FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        FloatVector ve = vp.mul(vPower);
        ve.intoArray(hard, at + last);
        ve = vRotate.selectFrom(ve.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        IntVector vIndex = IntVector.fromArray(I, INDEX, 0).add(cols - tail);
        fromArray(F, lanes, sum).add(ve, vIndex.compare(NE, out).cast(F)).intoArray(lanes, sum);
        vx = vd.mul(broadcast(F, s));
        vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        vn = vt.sub(broadcast(F, Exp.MAGIC));
        vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
        vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
        vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
        vp = vp.fma(vr, broadcast(F, Exp.C4));
        vp = vp.fma(vr, broadcast(F, Exp.C3));
        vp = vp.fma(vr, broadcast(F, Exp.C2));
        vp = vp.fma(vr, broadcast(F, 1f));
        vp = vp.fma(vr, broadcast(F, 1f));
        vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        ve = vp.mul(vPower);
        ve.intoArray(soft, softOffset + at + last);
        ve = vRotate.selectFrom(ve.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        fromArray(F, softLanes, sum).add(ve).intoArray(softLanes, sum);
      }
    }
  }

  /** Replaces exponentials below the least normal float by 0, and adds the lanes anew. */
  private void flush(float[] e, float s, int[] leftOut, int lo) {
    int whole = F.loopBound(cols);
    for (int r = 0; r < rows; r++) {
      int at = zo + r * cols;
      int to = r * cols;
      float shift = -0.5f * max[r];
      int out = leftOut[lo + r];
      for (int part = 0; part < LANES; part += L) {
        IntVector vIndex = IntVector.fromArray(I, INDEX, part);
        FloatVector vSum = broadcast(F, 0f);
        for (int i = part; i < whole; i += LANES) {
          FloatVector vx = fromArray(F, z, at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          vx = vx.mul(broadcast(F, s));
          FloatVector ve = fromArray(F, e, to + i).blend(0f, vx.compare(LT, Exp.LOWEST));
          ve.intoArray(e, to + i);
          vSum = vSum.add(ve, vIndex.compare(NE, out).cast(F));
          vIndex = vIndex.add(LANES);
        }
        vSum.intoArray(lanes, r * LANES + part);
      }
      for (int i = whole; i < cols; i++) {
        e[to + i] = half(z[at + i], max[r]) * s < Exp.LOWEST ? 0f : e[to + i];
        lanes[r * LANES + i % LANES] += i == out ? 0f : e[to + i];
      }
    }
  }

  @Override
  void means() {
    int whole = F.loopBound(cols);
    float inverse = 1f / cols;
    for (int r = 0; r < rows; r++) {
      int at = zo + r * cols;
      float shift = -0.5f * max[r];
      for (int part = 0; part < LANES; part += L) {
        FloatVector vSum = broadcast(F, 0f);
        for (int i = part; i < whole; i += LANES) {
          FloatVector vd = fromArray(F, z, at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          vSum = broadcast(F, inverse).fma(vd, vSum);
        }
        vSum.intoArray(dotLanes, r * LANES + part);
      }
      for (int i = whole; i < cols; i++) {
        int lane = r * LANES + i % LANES;
        dotLanes[lane] = Math.fma(inverse, half(z[at + i], max[r]), dotLanes[lane]);
      }
    }
    sum(dot, dotLanes);
  }

  @Override
  void dots(float[] p, int po) {
    int whole = F.loopBound(cols);
    for (int r = 0, at = 0; r < rows; r++, at += cols) {
      float shift = -0.5f * max[r];
      for (int part = 0; part < LANES; part += L) {
        FloatVector vSum = broadcast(F, 0f);
        for (int i = part; i < whole; i += LANES) {
          FloatVector vd =
              fromArray(F, z, zo + at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          FloatVector vp = fromArray(F, p, po + at + i);
          vSum = vSum.blend(vp.fma(vd, vSum), vp.compare(NE, 0f));
        }
        vSum.intoArray(dotLanes, r * LANES + part);
      }
      for (int i = whole; i < cols; i++) {
        int lane = r * LANES + i % LANES;
        float each = p[po + at + i];
        dotLanes[lane] =
            each == 0f
                ? dotLanes[lane]
                : Math.fma(each, half(z[zo + at + i], max[r]), dotLanes[lane]);
      }
    }
    sum(dot, dotLanes);
  }
}
