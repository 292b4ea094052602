package dev.retort.format;

/** Arrays as large as a file asks for. */
public final class Heap {
  private Heap() {}

  /** A file that needs more memory than there is. */
  public static final class TooSmallException extends Exception {
    private static final long serialVersionUID = 1L;

    TooSmallException(long bytes) {
      super(
          bytes + " bytes are too many for the memory of this JVM, at most "
              + Runtime.getRuntime().maxMemory() + "; give it more with -Xmx");
    }
  }

  /**
   * Makes an array of floats.
   *
   * @param count how many
   * @return zeros
   * @throws TooSmallException if there is no memory for as many
   */
  public static float[] floats(long count) throws TooSmallException {
    require(count, Float.BYTES);
    try {
      return new float[(int) count];
    } catch (OutOfMemoryError e) {
      throw new TooSmallException(count * Float.BYTES);
    }
  }

  /**
   * Makes an array of bytes.
   *
   * @param count how many
   * @return zeros
   * @throws TooSmallException if there is no memory for as many
   */
  public static byte[] bytes(long count) throws TooSmallException {
    require(count, Byte.BYTES);
    try {
      return new byte[(int) count];
    } catch (OutOfMemoryError e) {
      throw new TooSmallException(count);
    }
  }

  private static void require(long count, int width) throws TooSmallException {
    if (count > Integer.MAX_VALUE - 8 || count > Runtime.getRuntime().maxMemory() / width) {
      throw new TooSmallException(count * width);
    }
  }
}
