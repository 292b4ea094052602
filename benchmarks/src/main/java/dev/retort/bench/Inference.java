package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The logits of one image or of several, in a program that has long been running. */
public class Inference extends Timed {
  /** Features, hidden units, classes. */
  @Param({"784-30-30-10", "784-800-800-10"})
  public String network;

  /** Images that are asked for at once. */
  @Param({"1", "100"})
  public int images;

  /** Checks the logits. */
  @Setup
  public void setUp() {
    InferenceCase inference = new InferenceCase(images, sizes(network));
    measure(
        implementation().inference(inference, threads), inference.cost(), inference.expected());
  }

  /** All images. */
  @Benchmark
  public void answer(Rates rates) {
    run(rates);
  }
}
