package dev.retort.bench;

/** The scalar backend with the largest number of its results made wrong, by a hundredth. */
public final class WrongImplementation implements Implementation {
  private final Implementation right = new Retort("scalar");

  @Override
  public String name() {
    return "wrong";
  }

  @Override
  public String describe() {
    return right.describe();
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    return spoiled(right.gemm(gemm, threads));
  }

  @Override
  public Work loss(LossCase loss, int threads) {
    return spoiled(right.loss(loss, threads));
  }

  @Override
  public Work trainingStep(StepCase step, int threads, double rate) {
    return spoiled(right.trainingStep(step, threads, rate));
  }

  @Override
  public Work optimizerStep(OptimizerCase optimizer, int threads, double rate) {
    return spoiled(right.optimizerStep(optimizer, threads, rate));
  }

  @Override
  public Work inference(InferenceCase inference, int threads) {
    return spoiled(right.inference(inference, threads));
  }

  /** A hundredth of a tiny number could pass for a rounding of the others. */
  private static Work spoiled(Work work) {
    return new Work(
        work::run,
        () -> {
          double[] result = work.result();
          int largest = 0;
          for (int i = 0; i < result.length; i++) {
            largest = Math.abs(result[i]) > Math.abs(result[largest]) ? i : largest;
          }
          result[largest] *= 1.01;
          return result;
        });
  }
}
