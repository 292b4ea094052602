package dev.retort.kernel;

import module java.base;

/**
 * One value for each thread. Unlike a plain {@code ThreadLocal}'s, the value does not keep its class
 * loader alive: the thread refers to it only weakly, so an application that is redeployed can be
 * collected while the threads that called it live on.
 */
final class PerThread<T> {
  private final Map<Thread, T> values = Collections.synchronizedMap(new WeakHashMap<>());
  @SuppressWarnings("ThreadLocalUsage") // the instances of this class are static
  private final ThreadLocal<WeakReference<T>> ofThread = new ThreadLocal<>();
  private final Supplier<T> make;

  PerThread(Supplier<T> make) {
    this.make = make;
  }

  /** The calling thread's value, made at its first call. */
  T get() {
    WeakReference<T> known = ofThread.get();
    if (known == null) {
      T value = make.get();
      values.put(Thread.currentThread(), value);
      known = new WeakReference<>(value);
      ofThread.set(known);
    }
    return known.get();
  }
}
