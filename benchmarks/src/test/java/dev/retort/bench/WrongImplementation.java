package dev.retort.bench;

/** The vector backend with the largest number of its results made wrong, by a hundredth. */
public final class WrongImplementation extends Implementation {
  public WrongImplementation() {
    super("wrong", "");
  }

  /** A hundredth of a tiny number could pass for a rounding of the others. */
  @Override
  Work work(Measured benchmark) {
    Work work = new Retort("vector").work(benchmark);
    return new Work(
        work.task(), () -> {
          double[] result = work.result().get();
          int largest = 0;
          for (int i = 0; i < result.length; i++) {
            largest = Math.abs(result[i]) > Math.abs(result[largest]) ? i : largest;
          }
          result[largest] *= 1.01;
          return result;
        });
  }
}
