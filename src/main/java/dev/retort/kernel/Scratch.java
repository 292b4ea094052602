package dev.retort.kernel;

/**
 * What one thread's kernels over rows of logits put aside, kept so that a steady step allocates
 * nothing.
 */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** The virtual lanes of a row reduction. */
  final float[] lanes = new float[Kernels.LANES];

  /** The last vector of a row, which overlaps the one before it. */
  final float[] last = new float[Kernels.LANES];

  /** Blocks of rows with classes down and rows across, for {@link NarrowRows}. */
  final float[] z = block();

  final float[] p = block();
  final float[] soft = block();
  final float[] hard = block();
  final float[] dot = block();

  /** One number for each row of a block. */
  final float[] max = new float[Kernels.LANES];

  final float[] softSum = new float[Kernels.LANES];
  final float[] hardSum = new float[Kernels.LANES];
  final float[] dotSum = new float[Kernels.LANES];
  final double[] softLog = new double[Kernels.LANES];
  final double[] hardLog = new double[Kernels.LANES];

  private float[] softRow = {};
  private float[] hardRow = {};

  private Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  private static float[] block() {
    return new float[Kernels.LANES * Kernels.LANES];
  }

  /** Room for the exponentials of a row at a temperature. */
  float[] softRow(int cols) {
    if (softRow.length < cols) {
      softRow = new float[cols];
    }
    return softRow;
  }

  /** Room for the exponentials of a row at T = 1. */
  float[] hardRow(int cols) {
    if (hardRow.length < cols) {
      hardRow = new float[cols];
    }
    return hardRow;
  }

  /** The fold by halves that ends a lane sum; the lanes are left as they are. */
  static float fold(float[] a) {
    float even =
        (((a[0] + a[8]) + (a[4] + a[12])) + ((a[2] + a[10]) + (a[6] + a[14])));
    float odd =
        (((a[1] + a[9]) + (a[5] + a[13])) + ((a[3] + a[11]) + (a[7] + a[15])));
    return even + odd;
  }
}
