package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.GT;

import module java.base;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

// Written by RowGenerator in the test sources: change that, not this.

/**
 * The end of a row reduction, NOTES (E47): the {@value Kernels#LANES} lanes of each row fold by
 * halves to one number, as many rows at a time as a vector has lanes.
 *
 * <p>Rows i and i + h of a block share a vector from the step on that leaves each of them h lanes.
 * One takes the lower halves of each 2h lanes, one the upper; what they lack changes places and is
 * added. The last step leaves the rows in their order.
 *
 * <p>Rows of fewer lanes follow each other without a gap. Arrays reach {@value Kernels#LANES} floats
 * beyond the last row, and rows are rounded up to whole blocks.
 */
final class LaneReduction {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();
  private static final int LANES = Kernels.LANES;

  /** Vectors of a block after the first stage. */
  private static final int BLOCK = Math.min(L, 8);

  private static final VectorMask<Float> HIGH8 = high(8);
  private static final VectorMask<Float> HIGH4 = high(4);
  private static final VectorMask<Float> HIGH2 = high(2);
  private static final VectorMask<Float> HIGH1 = high(1);
  private static final VectorShuffle<Float> SWAP8 = swap(8);
  private static final VectorShuffle<Float> SWAP4 = swap(4);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);

  /** All bits for the lanes that a row has and none for the others, from LANES - lanes on. */
  private static final int[] KEEP = new int[2 * LANES];

  /** What makes the others no maximum. */
  private static final int[] FILL = new int[2 * LANES];

  static {
    Arrays.fill(KEEP, 0, LANES, -1);
    Arrays.fill(FILL, LANES, 2 * LANES, Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
  }

  private LaneReduction() {}

  /** An array for the lanes of some rows, with what a reduction may read after them. */
  static float[] lanes(int rows) {
    return new float[(rows + 1) * LANES];
  }

  private static VectorMask<Float> high(int half) {
    long bits = 0;
    for (int l = 0; l < L; l++) {
      bits |= (l & half) == 0 ? 0 : 1L << l;
    }
    return VectorMask.fromLong(F, bits);
  }

  private static VectorShuffle<Float> swap(int half) {
    return VectorShuffle.fromOp(F, l -> (l ^ half) % L);
  }

  /** The lane sum of each row. */
  static void sum(float[] sum, float[] x, int rows, int lanes, float[] buffer) {
    if (L == 16) {
      sumPairs(buffer, x, rows, lanes);
    } else {
      sumVectors(buffer, x, rows, lanes);
    }
    sumBlocks(sum, buffer, rows);
  }

  private static void sumPairs(float[] t, float[] x, int rows, int lanes) {
    IntVector vKeep = IntVector.fromArray(I, KEEP, LANES - lanes);
    int pairs = Math.ceilDiv(rows, L) * BLOCK;
    for (int i = 0; i < pairs; i++) {
      int at = (2 * i - (i & 7)) * lanes;
      FloatVector v0 =
          fromArray(F, x, at).reinterpretAsInts().and(vKeep).reinterpretAsFloats();
      FloatVector v1 =
          fromArray(F, x, at + 8 * lanes).reinterpretAsInts().and(vKeep).reinterpretAsFloats();
      FloatVector w80 = v1.blend(v0, HIGH8).rearrange(SWAP8);
      v0 = v0.blend(v1, HIGH8);
      v0 = v0.add(w80);
      v0.intoArray(t, i * L);
    }
  }

  private static void sumVectors(float[] t, float[] x, int rows, int lanes) {
    IntVector vKeep0 = IntVector.fromArray(I, KEEP, LANES - lanes);
    IntVector vKeep8 = IntVector.fromArray(I, KEEP, LANES - lanes + 8);
    for (int i = 0, at = 0; i < rows; i++, at += lanes) {
      FloatVector v0 =
          fromArray(F, x, at).reinterpretAsInts().and(vKeep0).reinterpretAsFloats();
      FloatVector v8 =
          fromArray(F, x, at + 8).reinterpretAsInts().and(vKeep8).reinterpretAsFloats();
      v0 = v0.add(v8);
      if (L == 4) {
        IntVector vKeep4 = IntVector.fromArray(I, KEEP, LANES - lanes + 4);
        IntVector vKeep12 = IntVector.fromArray(I, KEEP, LANES - lanes + 12);
        FloatVector v4 =
            fromArray(F, x, at + 4).reinterpretAsInts().and(vKeep4).reinterpretAsFloats();
        FloatVector v12 =
            fromArray(F, x, at + 12).reinterpretAsInts().and(vKeep12).reinterpretAsFloats();
        v4 = v4.add(v12);
        v0 = v0.add(v4);
      }
      v0.intoArray(t, i * L);
    }
  }

  private static void sumBlocks(float[] sum, float[] t, int rows) {
    for (int i = 0; i < rows; i += L) {
      int at = i / L * BLOCK * L;
      FloatVector v0 = fromArray(F, t, at);
      FloatVector v1 = fromArray(F, t, at + L);
      FloatVector v2 = fromArray(F, t, at + 2 * L);
      FloatVector v3 = fromArray(F, t, at + 3 * L);
      if (L > 4) {
        FloatVector v4 = fromArray(F, t, at + 4 * L);
        FloatVector v5 = fromArray(F, t, at + 5 * L);
        FloatVector v6 = fromArray(F, t, at + 6 * L);
        FloatVector v7 = fromArray(F, t, at + 7 * L);
        FloatVector w40 = v4.blend(v0, HIGH4).rearrange(SWAP4);
        v0 = v0.blend(v4, HIGH4);
        v0 = v0.add(w40);
        FloatVector w41 = v5.blend(v1, HIGH4).rearrange(SWAP4);
        v1 = v1.blend(v5, HIGH4);
        v1 = v1.add(w41);
        FloatVector w42 = v6.blend(v2, HIGH4).rearrange(SWAP4);
        v2 = v2.blend(v6, HIGH4);
        v2 = v2.add(w42);
        FloatVector w43 = v7.blend(v3, HIGH4).rearrange(SWAP4);
        v3 = v3.blend(v7, HIGH4);
        v3 = v3.add(w43);
      }
      FloatVector w20 = v2.blend(v0, HIGH2).rearrange(SWAP2);
      v0 = v0.blend(v2, HIGH2);
      v0 = v0.add(w20);
      FloatVector w21 = v3.blend(v1, HIGH2).rearrange(SWAP2);
      v1 = v1.blend(v3, HIGH2);
      v1 = v1.add(w21);
      FloatVector w10 = v1.blend(v0, HIGH1).rearrange(SWAP1);
      v0 = v0.blend(v1, HIGH1);
      v0 = v0.add(w10);
      v0.intoArray(sum, i);
    }
  }

  /** The largest lane of each row; where one is NaN, any: its row is bad whatever it is. */
  static void max(float[] max, float[] x, int rows, int lanes, float[] buffer) {
    if (L == 16) {
      maxPairs(buffer, x, rows, lanes);
    } else {
      maxVectors(buffer, x, rows, lanes);
    }
    maxBlocks(max, buffer, rows);
  }

  private static void maxPairs(float[] t, float[] x, int rows, int lanes) {
    IntVector vKeep = IntVector.fromArray(I, KEEP, LANES - lanes);
    IntVector vFill = IntVector.fromArray(I, FILL, LANES - lanes);
    int pairs = Math.ceilDiv(rows, L) * BLOCK;
    for (int i = 0; i < pairs; i++) {
      int at = (2 * i - (i & 7)) * lanes;
      FloatVector v0 =
          fromArray(F, x, at).reinterpretAsInts().and(vKeep).or(vFill).reinterpretAsFloats();
      FloatVector v1 =
          fromArray(F, x, at + 8 * lanes).reinterpretAsInts().and(vKeep).or(vFill).reinterpretAsFloats();
      FloatVector w80 = v1.blend(v0, HIGH8).rearrange(SWAP8);
      v0 = v0.blend(v1, HIGH8);
      v0 = v0.blend(w80, w80.compare(GT, v0));
      v0.intoArray(t, i * L);
    }
  }

  private static void maxVectors(float[] t, float[] x, int rows, int lanes) {
    IntVector vKeep0 = IntVector.fromArray(I, KEEP, LANES - lanes);
    IntVector vFill0 = IntVector.fromArray(I, FILL, LANES - lanes);
    IntVector vKeep8 = IntVector.fromArray(I, KEEP, LANES - lanes + 8);
    IntVector vFill8 = IntVector.fromArray(I, FILL, LANES - lanes + 8);
    for (int i = 0, at = 0; i < rows; i++, at += lanes) {
      FloatVector v0 =
          fromArray(F, x, at).reinterpretAsInts().and(vKeep0).or(vFill0).reinterpretAsFloats();
      FloatVector v8 =
          fromArray(F, x, at + 8).reinterpretAsInts().and(vKeep8).or(vFill8).reinterpretAsFloats();
      v0 = v0.blend(v8, v8.compare(GT, v0));
      if (L == 4) {
        IntVector vKeep4 = IntVector.fromArray(I, KEEP, LANES - lanes + 4);
        IntVector vFill4 = IntVector.fromArray(I, FILL, LANES - lanes + 4);
        IntVector vKeep12 = IntVector.fromArray(I, KEEP, LANES - lanes + 12);
        IntVector vFill12 = IntVector.fromArray(I, FILL, LANES - lanes + 12);
        FloatVector v4 =
            fromArray(F, x, at + 4).reinterpretAsInts().and(vKeep4).or(vFill4).reinterpretAsFloats();
        FloatVector v12 =
            fromArray(F, x, at + 12).reinterpretAsInts().and(vKeep12).or(vFill12).reinterpretAsFloats();
        v4 = v4.blend(v12, v12.compare(GT, v4));
        v0 = v0.blend(v4, v4.compare(GT, v0));
      }
      v0.intoArray(t, i * L);
    }
  }

  private static void maxBlocks(float[] max, float[] t, int rows) {
    for (int i = 0; i < rows; i += L) {
      int at = i / L * BLOCK * L;
      FloatVector v0 = fromArray(F, t, at);
      FloatVector v1 = fromArray(F, t, at + L);
      FloatVector v2 = fromArray(F, t, at + 2 * L);
      FloatVector v3 = fromArray(F, t, at + 3 * L);
      if (L > 4) {
        FloatVector v4 = fromArray(F, t, at + 4 * L);
        FloatVector v5 = fromArray(F, t, at + 5 * L);
        FloatVector v6 = fromArray(F, t, at + 6 * L);
        FloatVector v7 = fromArray(F, t, at + 7 * L);
        FloatVector w40 = v4.blend(v0, HIGH4).rearrange(SWAP4);
        v0 = v0.blend(v4, HIGH4);
        v0 = v0.blend(w40, w40.compare(GT, v0));
        FloatVector w41 = v5.blend(v1, HIGH4).rearrange(SWAP4);
        v1 = v1.blend(v5, HIGH4);
        v1 = v1.blend(w41, w41.compare(GT, v1));
        FloatVector w42 = v6.blend(v2, HIGH4).rearrange(SWAP4);
        v2 = v2.blend(v6, HIGH4);
        v2 = v2.blend(w42, w42.compare(GT, v2));
        FloatVector w43 = v7.blend(v3, HIGH4).rearrange(SWAP4);
        v3 = v3.blend(v7, HIGH4);
        v3 = v3.blend(w43, w43.compare(GT, v3));
      }
      FloatVector w20 = v2.blend(v0, HIGH2).rearrange(SWAP2);
      v0 = v0.blend(v2, HIGH2);
      v0 = v0.blend(w20, w20.compare(GT, v0));
      FloatVector w21 = v3.blend(v1, HIGH2).rearrange(SWAP2);
      v1 = v1.blend(v3, HIGH2);
      v1 = v1.blend(w21, w21.compare(GT, v1));
      FloatVector w10 = v1.blend(v0, HIGH1).rearrange(SWAP1);
      v0 = v0.blend(v1, HIGH1);
      v0 = v0.blend(w10, w10.compare(GT, v0));
      v0.intoArray(max, i);
    }
  }
}
