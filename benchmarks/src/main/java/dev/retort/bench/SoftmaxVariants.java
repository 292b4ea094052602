package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Algorithms for the softmax of {@link Losses}, for rows that fit a cache and rows that do not. */
public class SoftmaxVariants extends Timed {
  /** Rows and classes. */
  @Param({"256x100", "256x127", "256x1000", "64x32000", "4x2000000"})
  public String logits;

  /** How. */
  @Param public SoftmaxVariant variant;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    int[] sizes = Sizes.parse(logits, "x");
    LossCase loss = new LossCase(LossCase.Operation.SOFTMAX, sizes[0], sizes[1]);
    Work work = work(variant, loss);
    loss.answer().check(variant.name(), work);
    measure(work, loss.cost());
  }

  private static Work work(SoftmaxVariant variant, LossCase loss) {
    float[] y = new float[loss.z.length];
    float[] sum = new float[SoftmaxVariant.SCRATCH];
    float scale = (float) (1 / LossCase.TEMPERATURE);
    return new Work() {
      @Override
      public void run() {
        for (int i = 0; i < loss.rows; i++) {
          variant.row(y, loss.z, i * loss.classes, loss.classes, scale, sum);
        }
      }

      @Override
      public double[] result() {
        return Data.doubles(y);
      }
    };
  }

  /** All rows. */
  @Benchmark
  public void softmax(Rates rates) {
    run(rates);
  }
}
