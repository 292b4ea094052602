package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.DataException;
import dev.retort.kernel.Allocation;
import org.junit.jupiter.api.function.Executable;

/** What is refused: in which words, and within which memory. */
public final class Refusal {
  private Refusal() {}

  /** The whole message of an {@link IllegalArgumentException}. */
  public static void refuses(String message, Executable call) {
    refuses(IllegalArgumentException.class, message, call);
  }

  /** The whole message of an exception. */
  public static void refuses(Class<? extends Exception> kind, String message, Executable call) {
    assertEquals(message, assertThrows(kind, call).getMessage());
  }

  /** A reader of one format. */
  public interface Reader {
    Object read(byte[] file) throws IOException;
  }

  /** The words for a file of data; reading may take twice the size of the file and 1 MiB. */
  public static String of(byte[] file, Reader reader) {
    String[] message = new String[1];
    long allocated =
        Allocation.of(
            () -> message[0] = assertThrows(DataException.class, () -> reader.read(file)).getMessage());
    assertTrue(allocated <= 2L * file.length + (1 << 20), () -> allocated + " bytes");
    return message[0];
  }
}
