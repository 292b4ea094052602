package dev.retort.bench;

import org.openjdk.jmh.annotations.Param;

/** The logits of one image or of several, in a program that has long been running. */
public class Inference extends Timed {
  /** Features, hidden units, classes. */
  @Param({"784-30-30-10", "784-800-800-10"})
  public String network;

  /** Images that are asked for at once. */
  @Param({"1", "100"})
  public int images;

  NetworkCase weights;

  /** Features, [images, inputs]. */
  float[] x;

  @Override
  void input() {
    weights = new NetworkCase(sizes(network));
    x = Data.uniform(30, images * weights.inputs);
    flops = 2 * weights.parameters() * images;
    bytes = 4 * (weights.parameters() + x.length);
    elements = images;
  }

  @Override
  Expected expected() {
    return weights.logits(x);
  }
}
