package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;

import module java.base;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

// Written by RowGenerator in the test sources: change that, not this.

/**
 * The exponentials of a strip of {@link WideRows}, with the lanes of their sums: right from {@link
 * Exp#LOWEST} on, unspecified for NaN and the rest.
 *
 * <p>A pass goes over a row once for each part of the {@value Kernels#LANES} lanes that a vector
 * holds. The last part of a row is a vector that ends with the row and overlaps the one before. It is
 * read before the row is written and written last, so that the output may be in place; rotated, its
 * new elements meet their lanes.
 *
 * <p>A row that has a {@link WideRows#head} goes on from there.
 *
 * <p>One exponential alone takes z - max for 2 d, an operation less for the multiply-add units. The
 * two differ only where z - max overflows, which is left unspecified, or where d is not a normal
 * float, and then the exponential is 1: even times the largest s it is below half a unit of 1.
 */
final class WideExponentials {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();
  private static final int LANES = Kernels.LANES;

  /** Consecutive integers; twice those below L; all bits for the first L, none for the rest. */
  static final int[] INDEX = new int[LANES];

  private static final int[] ROTATED = new int[2 * L];
  private static final int[] KEEP = new int[2 * L];

  static {
    Arrays.setAll(INDEX, i -> i);
    Arrays.setAll(ROTATED, i -> i % L);
    Arrays.fill(KEEP, 0, L, -1);
  }

  private WideExponentials() {}

  /** At T = 1, each row's sum without its label's own. */
  static void hard(WideRows w, int[] labels, int lo) {
    float[] z = w.z;
    int head = w.head;
    int cols = w.cols - head;
    int last = cols - L;
    int tail = cols & (L - 1);
    IntVector vRotate = IntVector.fromArray(I, ROTATED, L - tail);
    IntVector vKeep = IntVector.fromArray(I, KEEP, L - tail);
    for (int r = 0, rows = w.rows; r < rows; r++) {
      int at = w.zo + head + r * cols;
      float[] hard = w.hard.e;
      int hardAt = w.hard.offset + head + r * cols;
      int label = labels[lo + r] - head;
      float max = w.max[r];
      int lane = r * LANES;
      FloatVector vLast = fromArray(F, z, at + last);
      for (int part = 0; part < LANES; part += L) {
        IntVector vIndex = IntVector.fromArray(I, INDEX, part);
        FloatVector vRest = fromArray(F, w.hard.head, part);
        for (int i = part; i <= last; i += LANES) {
          FloatVector vz = fromArray(F, z, at + i);
          FloatVector vxH = vz.sub(broadcast(F, max));
          FloatVector vtH = vxH.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          FloatVector vnH = vtH.sub(broadcast(F, Exp.MAGIC));
          FloatVector vrH = vnH.fma(broadcast(F, -Exp.LN2_HIGH), vxH);
          vrH = vnH.fma(broadcast(F, -Exp.LN2_LOW), vrH);
          FloatVector vqH = broadcast(F, Exp.C6).fma(vrH, broadcast(F, Exp.C5));
          vqH = vqH.fma(vrH, broadcast(F, Exp.C4));
          vqH = vqH.fma(vrH, broadcast(F, Exp.C3));
          vqH = vqH.fma(vrH, broadcast(F, Exp.C2));
          vqH = vqH.fma(vrH, broadcast(F, 1f));
          vqH = vqH.fma(vrH, broadcast(F, 1f));
          FloatVector veH = vqH.mul(vtH.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
          veH.intoArray(hard, hardAt + i);
          vRest = vRest.add(veH, vIndex.compare(NE, label).cast(F));
          vIndex = vIndex.add(LANES);
        }
        vRest.intoArray(w.hard.lanes, lane + part);
      }
      if (tail > 0) {
        int sum = lane + (cols - tail) % LANES;
        FloatVector vxH = vLast.sub(broadcast(F, max));
        FloatVector vtH = vxH.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vnH = vtH.sub(broadcast(F, Exp.MAGIC));
        FloatVector vrH = vnH.fma(broadcast(F, -Exp.LN2_HIGH), vxH);
        vrH = vnH.fma(broadcast(F, -Exp.LN2_LOW), vrH);
        FloatVector vqH = broadcast(F, Exp.C6).fma(vrH, broadcast(F, Exp.C5));
        vqH = vqH.fma(vrH, broadcast(F, Exp.C4));
        vqH = vqH.fma(vrH, broadcast(F, Exp.C3));
        vqH = vqH.fma(vrH, broadcast(F, Exp.C2));
        vqH = vqH.fma(vrH, broadcast(F, 1f));
        vqH = vqH.fma(vrH, broadcast(F, 1f));
        FloatVector veH = vqH.mul(vtH.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
        veH.intoArray(hard, hardAt + last);
        veH = vRotate.selectFrom(veH.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        IntVector vIndex = IntVector.fromArray(I, INDEX, 0).add(cols - tail);
        fromArray(F, w.hard.lanes, sum)
            .add(veH, vIndex.compare(NE, label).cast(F)).intoArray(w.hard.lanes, sum);
      }
    }
  }

  /** At a temperature. */
  static void soft(WideRows w, float s) {
    float[] z = w.z;
    int head = w.head;
    int cols = w.cols - head;
    int last = cols - L;
    int tail = cols & (L - 1);
    IntVector vRotate = IntVector.fromArray(I, ROTATED, L - tail);
    IntVector vKeep = IntVector.fromArray(I, KEEP, L - tail);
    for (int r = 0, rows = w.rows; r < rows; r++) {
      int at = w.zo + head + r * cols;
      float[] soft = w.soft.e;
      int softAt = w.soft.offset + head + r * cols;
      float max = w.max[r];
      int lane = r * LANES;
      FloatVector vLast = fromArray(F, z, at + last);
      for (int part = 0; part < LANES; part += L) {
        FloatVector vSoft = fromArray(F, w.soft.head, part);
        for (int i = part; i <= last; i += LANES) {
          FloatVector vz = fromArray(F, z, at + i);
          FloatVector vxT = vz.sub(broadcast(F, max)).mul(broadcast(F, 0.5f * s));
          FloatVector vtT = vxT.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          FloatVector vnT = vtT.sub(broadcast(F, Exp.MAGIC));
          FloatVector vrT = vnT.fma(broadcast(F, -Exp.LN2_HIGH), vxT);
          vrT = vnT.fma(broadcast(F, -Exp.LN2_LOW), vrT);
          FloatVector vqT = broadcast(F, Exp.C6).fma(vrT, broadcast(F, Exp.C5));
          vqT = vqT.fma(vrT, broadcast(F, Exp.C4));
          vqT = vqT.fma(vrT, broadcast(F, Exp.C3));
          vqT = vqT.fma(vrT, broadcast(F, Exp.C2));
          vqT = vqT.fma(vrT, broadcast(F, 1f));
          vqT = vqT.fma(vrT, broadcast(F, 1f));
          FloatVector veT = vqT.mul(vtT.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
          veT.intoArray(soft, softAt + i);
          vSoft = vSoft.add(veT);
        }
        vSoft.intoArray(w.soft.lanes, lane + part);
      }
      if (tail > 0) {
        int sum = lane + (cols - tail) % LANES;
        FloatVector vxT = vLast.sub(broadcast(F, max)).mul(broadcast(F, 0.5f * s));
        FloatVector vtT = vxT.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vnT = vtT.sub(broadcast(F, Exp.MAGIC));
        FloatVector vrT = vnT.fma(broadcast(F, -Exp.LN2_HIGH), vxT);
        vrT = vnT.fma(broadcast(F, -Exp.LN2_LOW), vrT);
        FloatVector vqT = broadcast(F, Exp.C6).fma(vrT, broadcast(F, Exp.C5));
        vqT = vqT.fma(vrT, broadcast(F, Exp.C4));
        vqT = vqT.fma(vrT, broadcast(F, Exp.C3));
        vqT = vqT.fma(vrT, broadcast(F, Exp.C2));
        vqT = vqT.fma(vrT, broadcast(F, 1f));
        vqT = vqT.fma(vrT, broadcast(F, 1f));
        FloatVector veT = vqT.mul(vtT.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
        veT.intoArray(soft, softAt + last);
        veT = vRotate.selectFrom(veT.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        fromArray(F, w.soft.lanes, sum).add(veT).intoArray(w.soft.lanes, sum);
      }
    }
  }

  /** At T = 1 and at a temperature, and the dot products of p and d. */
  static void both(WideRows w, int[] labels, int lo, float[] p, int po, float s) {
    float[] z = w.z;
    int head = w.head;
    int cols = w.cols - head;
    int last = cols - L;
    int tail = cols & (L - 1);
    IntVector vRotate = IntVector.fromArray(I, ROTATED, L - tail);
    IntVector vKeep = IntVector.fromArray(I, KEEP, L - tail);
    for (int r = 0, rows = w.rows; r < rows; r++) {
      int at = w.zo + head + r * cols;
      float[] hard = w.hard.e;
      int hardAt = w.hard.offset + head + r * cols;
      int label = labels[lo + r] - head;
      float[] soft = w.soft.e;
      int softAt = w.soft.offset + head + r * cols;
      float shift = -0.5f * w.max[r];
      int pAt = po + head + r * cols;
      int lane = r * LANES;
      FloatVector vLast = fromArray(F, z, at + last);
      for (int part = 0; part < LANES; part += L) {
        IntVector vIndex = IntVector.fromArray(I, INDEX, part);
        FloatVector vRest = fromArray(F, w.hard.head, part);
        FloatVector vSoft = fromArray(F, w.soft.head, part);
        FloatVector vDot = fromArray(F, w.dotHead, part);
        for (int i = part; i <= last; i += LANES) {
          FloatVector vz = fromArray(F, z, at + i);
          FloatVector vd = vz.fma(broadcast(F, 0.5f), broadcast(F, shift));
          vDot = fromArray(F, p, pAt + i).fma(vd, vDot);
          FloatVector vxH = vd.add(vd);
          FloatVector vtH = vxH.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          FloatVector vnH = vtH.sub(broadcast(F, Exp.MAGIC));
          FloatVector vrH = vnH.fma(broadcast(F, -Exp.LN2_HIGH), vxH);
          vrH = vnH.fma(broadcast(F, -Exp.LN2_LOW), vrH);
          FloatVector vqH = broadcast(F, Exp.C6).fma(vrH, broadcast(F, Exp.C5));
          vqH = vqH.fma(vrH, broadcast(F, Exp.C4));
          vqH = vqH.fma(vrH, broadcast(F, Exp.C3));
          vqH = vqH.fma(vrH, broadcast(F, Exp.C2));
          vqH = vqH.fma(vrH, broadcast(F, 1f));
          vqH = vqH.fma(vrH, broadcast(F, 1f));
          FloatVector veH = vqH.mul(vtH.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
          veH.intoArray(hard, hardAt + i);
          vRest = vRest.add(veH, vIndex.compare(NE, label).cast(F));
          vIndex = vIndex.add(LANES);
          FloatVector vxT = vd.mul(broadcast(F, s));
          FloatVector vtT = vxT.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
          FloatVector vnT = vtT.sub(broadcast(F, Exp.MAGIC));
          FloatVector vrT = vnT.fma(broadcast(F, -Exp.LN2_HIGH), vxT);
          vrT = vnT.fma(broadcast(F, -Exp.LN2_LOW), vrT);
          FloatVector vqT = broadcast(F, Exp.C6).fma(vrT, broadcast(F, Exp.C5));
          vqT = vqT.fma(vrT, broadcast(F, Exp.C4));
          vqT = vqT.fma(vrT, broadcast(F, Exp.C3));
          vqT = vqT.fma(vrT, broadcast(F, Exp.C2));
          vqT = vqT.fma(vrT, broadcast(F, 1f));
          vqT = vqT.fma(vrT, broadcast(F, 1f));
          FloatVector veT = vqT.mul(vtT.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
          veT.intoArray(soft, softAt + i);
          vSoft = vSoft.add(veT);
        }
        vRest.intoArray(w.hard.lanes, lane + part);
        vSoft.intoArray(w.soft.lanes, lane + part);
        vDot.intoArray(w.dotLanes, lane + part);
      }
      if (tail > 0) {
        int sum = lane + (cols - tail) % LANES;
        FloatVector vd = vLast.fma(broadcast(F, 0.5f), broadcast(F, shift));
        FloatVector vp = fromArray(F, p, pAt + last);
        vp = vRotate.selectFrom(vp.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        FloatVector vNew = vRotate.selectFrom(vd.reinterpretAsInts()).reinterpretAsFloats();
        vp.fma(vNew, fromArray(F, w.dotLanes, sum)).intoArray(w.dotLanes, sum);
        FloatVector vxH = vd.add(vd);
        FloatVector vtH = vxH.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vnH = vtH.sub(broadcast(F, Exp.MAGIC));
        FloatVector vrH = vnH.fma(broadcast(F, -Exp.LN2_HIGH), vxH);
        vrH = vnH.fma(broadcast(F, -Exp.LN2_LOW), vrH);
        FloatVector vqH = broadcast(F, Exp.C6).fma(vrH, broadcast(F, Exp.C5));
        vqH = vqH.fma(vrH, broadcast(F, Exp.C4));
        vqH = vqH.fma(vrH, broadcast(F, Exp.C3));
        vqH = vqH.fma(vrH, broadcast(F, Exp.C2));
        vqH = vqH.fma(vrH, broadcast(F, 1f));
        vqH = vqH.fma(vrH, broadcast(F, 1f));
        FloatVector veH = vqH.mul(vtH.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
        veH.intoArray(hard, hardAt + last);
        veH = vRotate.selectFrom(veH.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        IntVector vIndex = IntVector.fromArray(I, INDEX, 0).add(cols - tail);
        fromArray(F, w.hard.lanes, sum)
            .add(veH, vIndex.compare(NE, label).cast(F)).intoArray(w.hard.lanes, sum);
        FloatVector vxT = vd.mul(broadcast(F, s));
        FloatVector vtT = vxT.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vnT = vtT.sub(broadcast(F, Exp.MAGIC));
        FloatVector vrT = vnT.fma(broadcast(F, -Exp.LN2_HIGH), vxT);
        vrT = vnT.fma(broadcast(F, -Exp.LN2_LOW), vrT);
        FloatVector vqT = broadcast(F, Exp.C6).fma(vrT, broadcast(F, Exp.C5));
        vqT = vqT.fma(vrT, broadcast(F, Exp.C4));
        vqT = vqT.fma(vrT, broadcast(F, Exp.C3));
        vqT = vqT.fma(vrT, broadcast(F, Exp.C2));
        vqT = vqT.fma(vrT, broadcast(F, 1f));
        vqT = vqT.fma(vrT, broadcast(F, 1f));
        FloatVector veT = vqT.mul(vtT.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
        veT.intoArray(soft, softAt + last);
        veT = vRotate.selectFrom(veT.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
        fromArray(F, w.soft.lanes, sum).add(veT).intoArray(w.soft.lanes, sum);
      }
    }
  }
}
