package dev.retort.format;

import module java.base;

/** Arrays as large as a file asks for; an error in words where there is no memory for them. */
public final class Heap {
  private Heap() {}

  /** An array of {@code count} elements of {@code width} bytes; {@code error} is given what is wrong. */
  public static <T> T array(
      long count, int width, IntFunction<T> array, Function<String, ? extends RuntimeException> error) {
    long memory = Runtime.getRuntime().maxMemory();
    if (count <= Integer.MAX_VALUE - 8 && count <= memory / width) {
      try {
        return array.apply((int) count);
      } catch (OutOfMemoryError e) {
        // The rest of the memory is in use.
      }
    }
    throw error.apply(
        count * width + " bytes are too many for the memory of this JVM, at most " + memory
            + "; give it more with -Xmx");
  }
}
