package dev.retort;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Pool;

/** What this build is, and what it computes with. */
public final class Retort {
  private Retort() {}

  /** {@return the version of the engine} */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = Retort.class.getResourceAsStream("retort.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /**
   * The arithmetic's backend, its width and why it was chosen, in one line. All backends give the
   * same bits; {@code -Dretort.backend=vector|scalar} forces one.
   *
   * @return name, width in bits for the vector backend, and the reason
   * @throws IllegalStateException if the forced backend cannot be had
   */
  public static String backend() {
    return Backend.describe();
  }

  /**
   * The threads that large pieces of work are shared out to, the caller included: all processors
   * unless {@link #setThreads} or {@code -Dretort.threads=N} says otherwise.
   *
   * @return at least 1
   * @throws IllegalArgumentException if the property is not a number from 1 to a few times the processors
   */
  public static int threads() {
    return Pool.threads();
  }

  /**
   * Sets the number of threads. Results do not depend on it.
   *
   * @param count from 1 to the larger of 16 and four times the processors, the caller included
   * @throws IllegalArgumentException if it is none of these
   */
  public static void setThreads(int count) {
    Pool.setThreads(count);
  }
}
