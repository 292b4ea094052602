package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.EQ;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over many rows of at most {@value Kernels#LANES} logits. Rows lie as they came, without a
 * gap, and a vector goes across them: a block of as many rows as a vector has lanes is as many
 * vectors as there are classes. What a row shares, its maximum or its sum, is spread to its elements
 * by a permutation; what it adds up is left to {@link Fold}.
 *
 * <p>One small method a pass, over arrays of {@link Workspace}, whole vectors only: what stands behind
 * the last row is room.
 */
final class NarrowRows {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();

  /** For each number of classes and element of a strip: its row, counted from its block's first. */
  private static final int[][] ROW_OF = new int[Kernels.LANES + 1][];

  /** For each number of classes and vector of a strip: the first row of its block. */
  private static final int[][] BLOCK_OF = new int[Kernels.LANES + 1][];

  static {
    for (int cols = 1; cols <= Kernels.LANES; cols++) {
      ROW_OF[cols] = new int[Workspace.ROWS * cols];
      BLOCK_OF[cols] = new int[Workspace.ROWS * cols / L];
      for (int i = 0; i < ROW_OF[cols].length; i++) {
        int row = i / cols;
        ROW_OF[cols][i] = row % L;
        BLOCK_OF[cols][i / L] = row - row % L;
      }
    }
  }

  private NarrowRows() {}

  /** d = half the shifted logits, in place of the logits. */
  static void half(float[] z, float[] max, int rows, int cols) {
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vm =
          vRow.selectFrom(fromArray(F, max, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vz = fromArray(F, z, i);
      vz.fma(broadcast(F, 0.5f), vm.mul(broadcast(F, -0.5f))).intoArray(z, i);
    }
  }

  /** e = exp(d s). */
  static void exp(float[] e, float[] d, float s, int n, float[] room) {
    int whole = Math.ceilDiv(n, L) * L;
    VectorExp.nonPositive(e, 0, d, 0, 1f, 0f, s, 0, L, whole, room, 0);
  }

  /** The products p d, 0 where p is. */
  static void targetProducts(float[] t, float[] d, float[] p, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector vp = fromArray(F, p, i);
      FloatVector vd = fromArray(F, d, i);
      vp.mul(vd).blend(0f, vp.compare(EQ, 0f)).intoArray(t, i);
    }
  }

  /** t = d share. */
  static void shares(float[] t, float[] d, float share, int n) {
    for (int i = 0; i < n; i += L) {
      broadcast(F, share).mul(fromArray(F, d, i)).intoArray(t, i);
    }
  }

  /** r = 1 / sum * scale. */
  static void rates(float[] r, float[] sum, float scale, int rows) {
    for (int i = 0; i < rows; i += L) {
      broadcast(F, 1f).div(fromArray(F, sum, i)).mul(broadcast(F, scale)).intoArray(r, i);
    }
  }

  /** y = d s - log. */
  static void logarithms(float[] d, float s, float[] log, int rows, int cols) {
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vLog =
          vRow.selectFrom(fromArray(F, log, block).reinterpretAsInts()).reinterpretAsFloats();
      broadcast(F, s).mul(fromArray(F, d, i)).sub(vLog).intoArray(d, i);
    }
  }

  /** e = e r - others. */
  static void multiply(float[] e, float[] r, float others, int rows, int cols) {
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vr =
          vRow.selectFrom(fromArray(F, r, block).reinterpretAsInts()).reinterpretAsFloats();
      fromArray(F, e, i).fma(vr, broadcast(F, -others)).intoArray(e, i);
    }
  }

  /** e = (e r - p) scale. */
  static void softGradient(float[] e, float[] r, float[] p, float scale, int rows, int cols) {
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vr =
          vRow.selectFrom(fromArray(F, r, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vp = fromArray(F, p, i);
      fromArray(F, e, i).fma(vr, vp.neg()).mul(broadcast(F, scale)).intoArray(e, i);
    }
  }

  /** e = h hardRate + (e r - p) scale. */
  static void gradient(
      float[] e, float[] r, float[] p, float scale, float[] h, float[] hardRate,
      int rows, int cols) {
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vr =
          vRow.selectFrom(fromArray(F, r, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vHardRate =
          vRow.selectFrom(fromArray(F, hardRate, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vp = fromArray(F, p, i);
      FloatVector vg = fromArray(F, e, i).fma(vr, vp.neg()).mul(broadcast(F, scale));
      fromArray(F, h, i).fma(vHardRate, vg).intoArray(e, i);
    }
  }
}
