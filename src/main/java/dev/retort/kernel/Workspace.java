package dev.retort.kernel;

/**
 * What one thread's kernels over rows of logits put aside, kept so that a steady step allocates
 * nothing.
 */
final class Workspace {
  /** Rows that pass together: enough that their latencies overlap, few enough for the first cache. */
  static final int ROWS = 128;

  private static final ThreadLocal<Workspace> OF_THREAD = ThreadLocal.withInitial(Workspace::new);

  /** An array of rows of up to 16 lanes, and what {@link Fold} may read behind them. */
  final float[] d = lanes();

  final float[] p = lanes();
  final float[] soft = lanes();
  final float[] hard = lanes();
  final float[] dot = lanes();
  final float[] fold = lanes();

  /** One number for each row. */
  final float[] max = new float[ROWS];

  final float[] softSum = new float[ROWS];
  final float[] hardSum = new float[ROWS];
  final float[] dotSum = new float[ROWS];

  /** The label's own exponential, and the sum of the others. */
  final float[] own = new float[ROWS];

  final float[] rest = new float[ROWS];
  final float[] zeros = new float[ROWS];
  final double[] softLog = new double[ROWS];
  final double[] hardLog = new double[ROWS];
  final double[] exponents = new double[ROWS];

  private float[] softRows = {};
  private float[] hardRows = {};

  private Workspace() {}

  static Workspace ofThread() {
    return OF_THREAD.get();
  }

  private static float[] lanes() {
    return new float[(ROWS + 1) * Kernels.LANES];
  }

  /** Room for exponentials at a temperature. */
  float[] softRows(int size) {
    if (softRows.length < size) {
      softRows = new float[size];
    }
    return softRows;
  }

  /** Room for exponentials at T = 1. */
  float[] hardRows(int size) {
    if (hardRows.length < size) {
      hardRows = new float[size];
    }
    return hardRows;
  }
}
