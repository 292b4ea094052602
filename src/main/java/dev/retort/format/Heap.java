package dev.retort.format;

import module java.base;

/** Arrays as large as a file asks for; an error in words where there is no memory for them. */
public final class Heap {
  private Heap() {}

  /**
   * Makes an array of floats.
   *
   * @param count how many
   * @param error makes the exception, given what is wrong
   * @return zeros
   */
  public static float[] floats(long count, Function<String, ? extends RuntimeException> error) {
    return array(count, Float.BYTES, float[]::new, error);
  }

  /**
   * Makes an array of bytes.
   *
   * @param count how many
   * @param error makes the exception, given what is wrong
   * @return zeros
   */
  public static byte[] bytes(long count, Function<String, ? extends RuntimeException> error) {
    return array(count, Byte.BYTES, byte[]::new, error);
  }

  private static <T> T array(
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
