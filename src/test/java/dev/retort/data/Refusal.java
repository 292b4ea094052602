package dev.retort.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** A file that a reader refuses, within the memory that a refusal may take. */
final class Refusal {
  private Refusal() {}

  /** A reader of one format. */
  interface Reader {
    Object read(byte[] file) throws IOException;
  }

  /** The words; reading may take twice the size of the file and 1 MiB. */
  static String of(byte[] file, Reader reader) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    DataException e = assertThrows(DataException.class, () -> reader.read(file));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated <= 2L * file.length + (1 << 20), () -> allocated + " bytes");
    return e.getMessage();
  }
}
