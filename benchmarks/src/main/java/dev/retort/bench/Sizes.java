package dev.retort.bench;

import java.util.Arrays;

/** Sizes in parameters, such as 784-30-30-10 and 256x1000. */
final class Sizes {
  private Sizes() {}

  static int[] parse(String text, String separator) {
    return Arrays.stream(text.split(separator)).mapToInt(Integer::parseInt).toArray();
  }
}
