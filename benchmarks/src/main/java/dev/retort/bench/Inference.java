package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The logits of one image, on one thread. */
public class Inference extends Measured {
  /** Features, hidden units, classes. */
  @Param({"784-30-30-10", "784-800-800-10"})
  public String network;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    InferenceCase inference = new InferenceCase(Sizes.parse(network, "-"));
    measure(Contender.named(by).inference(inference), inference.cost(), inference.answer());
  }

  /** One image. */
  @Benchmark
  public void image(Rates rates) {
    run(rates);
  }
}
