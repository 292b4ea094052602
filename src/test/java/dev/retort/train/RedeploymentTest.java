package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import module java.base;
import dev.retort.Jvm;
import dev.retort.kernel.Pool;
import org.junit.jupiter.api.Test;

/** An application that used the engine can be unloaded while the threads that called it live on. */
final class RedeploymentTest {
  private static final long PATIENCE = 30_000;

  /** What each deployment runs: trains in the calling thread and in two of the pool's. */
  static final class Application implements Runnable {
    @Override
    public void run() {
      Pool.setThreads(3);
      Pool.run((part, parts) -> GoldenModels.small(), 3);
    }
  }

  @Test
  void noThreadKeepsTheClassesAlive() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int deployment = 0; deployment < 2; deployment++) {
      loaders.add(new WeakReference<>(deploy()));
    }
    long deadline = System.currentTimeMillis() + PATIENCE;
    for (WeakReference<ClassLoader> loader : loaders) {
      while (loader.get() != null && System.currentTimeMillis() < deadline) {
        System.gc();
        Thread.sleep(100);
      }
      assertNull(loader.get());
    }
  }

  private static ClassLoader deploy() throws Exception {
    URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
    Class<?> application = loader.loadClass(Application.class.getName());
    assertNotSame(Application.class, application);
    var constructor = application.getDeclaredConstructor();
    constructor.setAccessible(true);
    ((Runnable) constructor.newInstance()).run();
    loader.close();
    return loader;
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path entry : Jvm.classPath()) {
      urls.add(entry.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
