package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.EQ;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over many rows of at most {@value Kernels#LANES} logits. Rows follow each other without a
 * gap, and a vector goes across them: a block of as many rows as a vector has lanes is as many
 * vectors as there are classes. A permutation spreads what a row has one of, its maximum or its sum,
 * to its elements; {@link LaneReduction} adds a row's elements.
 *
 * <p>Passes work on copies, in whole vectors: arrays are padded past the last row.
 */
final class NarrowRows extends Rows {
  static final PerThread<NarrowRows> OF_THREAD = new PerThread<>(NarrowRows::new);

  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();

  /** For each number of classes and element of a strip: its row, counted from its block's first. */
  private static final int[][] ROW_OF = new int[Kernels.LANES + 1][];

  /** For each number of classes and vector of a strip: the first row of its block. */
  private static final int[][] BLOCK_OF = new int[Kernels.LANES + 1][];

  static {
    for (int cols = 1; cols <= Kernels.LANES; cols++) {
      ROW_OF[cols] = new int[ROWS * cols];
      BLOCK_OF[cols] = new int[ROWS * cols / L];
      for (int i = 0; i < ROW_OF[cols].length; i++) {
        int row = i / cols;
        ROW_OF[cols][i] = row % L;
        BLOCK_OF[cols][i / L] = row - row % L;
      }
    }
  }

  private final float[] d = LaneReduction.lanes(ROWS);
  private final float[] targets = LaneReduction.lanes(ROWS);
  private final float[] soft = LaneReduction.lanes(ROWS);
  private final float[] hard = LaneReduction.lanes(ROWS);
  private final float[] products = LaneReduction.lanes(ROWS);
  private final float[] reduction = LaneReduction.lanes(ROWS);

  /** A number a row for a pass to spread. */
  private final float[] rate = new float[ROWS];

  private final float[] hardRate = new float[ROWS];

  @Override
  int strip(int classes) {
    return ROWS;
  }

  /** Leaves d = half the shifted logits. */
  @Override
  void maxima(float s) {
    System.arraycopy(z, zo, d, 0, rows * cols);
    LaneReduction.max(max, d, rows, cols, reduction);
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vm = vRow.selectFrom(fromArray(F, max, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vz = fromArray(F, d, i);
      vz.fma(broadcast(F, 0.5f), vm.mul(broadcast(F, -0.5f))).intoArray(d, i);
    }
  }

  @Override
  void dots(float[] p, int po) {
    int n = rows * cols;
    System.arraycopy(p, po, targets, 0, n);
    for (int i = 0; i < n; i += L) {
      FloatVector vp = fromArray(F, targets, i);
      FloatVector vd = fromArray(F, d, i);
      vp.mul(vd).blend(0f, vp.compare(EQ, 0f)).intoArray(products, i);
    }
    LaneReduction.sum(dot, products, rows, cols, reduction);
  }

  @Override
  void harden(int[] labels, int lo, float[] out, int to) {
    exponentials(hard, 2f);
    for (int r = 0; r < rows; r++) {
      int y = r * cols + labels[lo + r];
      labelHalf[r] = d[y];
      own[r] = hard[y];
      hard[y] = 0f;
    }
    LaneReduction.sum(rest, hard, rows, cols, reduction);
    for (int r = 0; r < rows; r++) {
      hardSum[r] = rest[r] + own[r];
      hard[r * cols + labels[lo + r]] = 0f - rest[r];
    }
  }

  @Override
  void soften(float s, float[] out, int to) {
    exponentials(soft, s);
    LaneReduction.sum(softSum, soft, rows, cols, reduction);
  }

  @Override
  void both(int[] labels, int lo, float[] p, int po, float s, float[] out, int to) {
    dots(p, po);
    harden(labels, lo, out, to);
    soften(s, out, to);
  }

  private void exponentials(float[] e, float s) {
    VectorExp.nonPositive(e, d, s, Math.ceilDiv(rows * cols, L) * L);
  }

  @Override
  void softmax(float[] y, int yo) {
    rates(rate, softSum, 1f);
    multiply(soft, rate, 0f);
    System.arraycopy(soft, 0, y, yo, rows * cols);
  }

  @Override
  void hardGradient(
      float[] dz, int dzo, int[] labels, int lo, float scale, float others, float allOthers) {
    rates(hardRate, hardSum, scale);
    multiply(hard, hardRate, others);
    for (int r = 0; r < rows; r++) {
      hard[r * cols + labels[lo + r]] = Math.fma(0f - rest[r], hardRate[r], allOthers);
    }
    System.arraycopy(hard, 0, dz, dzo, rows * cols);
  }

  /** r = 1 / sum * scale. */
  private void rates(float[] r, float[] sum, float scale) {
    for (int i = 0; i < rows; i += L) {
      broadcast(F, 1f).div(fromArray(F, sum, i)).mul(broadcast(F, scale)).intoArray(r, i);
    }
  }

  /** e = e r - others. */
  private void multiply(float[] e, float[] r, float others) {
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vr = vRow.selectFrom(fromArray(F, r, block).reinterpretAsInts()).reinterpretAsFloats();
      fromArray(F, e, i).fma(vr, broadcast(F, -others)).intoArray(e, i);
    }
  }

  @Override
  void gradient(
      float[] dz, int dzo, float[] p, int po, float hardScale, float softScale) {
    rates(hardRate, hardSum, hardScale);
    rates(rate, softSum, 1f);
    int[] rowOf = ROW_OF[cols];
    int[] blockOf = BLOCK_OF[cols];
    int n = rows * cols;
    for (int i = 0; i < n; i += L) {
      IntVector vRow = IntVector.fromArray(I, rowOf, i);
      int block = blockOf[i / L];
      FloatVector vr = vRow.selectFrom(fromArray(F, rate, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vHardRate = vRow.selectFrom(fromArray(F, hardRate, block).reinterpretAsInts()).reinterpretAsFloats();
      FloatVector vp = fromArray(F, targets, i);
      FloatVector vg = fromArray(F, soft, i).fma(vr, vp.neg()).mul(broadcast(F, softScale));
      fromArray(F, hard, i).fma(vHardRate, vg).intoArray(soft, i);
    }
    System.arraycopy(soft, 0, dz, dzo, n);
  }
}
