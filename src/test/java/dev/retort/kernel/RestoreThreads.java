package dev.retort.kernel;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each test of a class the pool has as many threads as before the class. */
public final class RestoreThreads implements AfterEachCallback {
  private final int threads = Pool.threads();

  @Override
  public void afterEach(ExtensionContext context) {
    Pool.setThreads(threads);
  }
}
