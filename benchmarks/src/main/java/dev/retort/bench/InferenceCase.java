package dev.retort.bench;

import java.util.Arrays;

/** The logits of one image. */
public final class InferenceCase extends NetworkCase {
  final float[] image;

  InferenceCase(int... sizes) {
    super(sizes);
    image = Data.uniform(30, sizes[0]);
  }

  /** The features. */
  public float[] image() {
    return image;
  }

  Cost cost() {
    return new Cost(2 * multiplications(), 4 * parameters(), 1);
  }

  /** Logits in double, within some eighty roundoffs of the largest. */
  Answer answer() {
    NetworkReference reference = new NetworkReference(this);
    double[] want = reference.forward(Data.doubles(image), 1);
    double largest = 0;
    for (double logit : want) {
      largest = Math.max(largest, Math.abs(logit));
    }
    double[] tolerance = new double[want.length];
    Arrays.fill(tolerance, 5e-6 * largest);
    return Answer.within(want, tolerance);
  }
}
