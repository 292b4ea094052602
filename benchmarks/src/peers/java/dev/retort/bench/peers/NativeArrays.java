package dev.retort.bench.peers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Floats outside of the heap, where native libraries like them best: on a cache line's begin. */
final class NativeArrays {
  private static final int LINE = 64;

  private NativeArrays() {}

  static FloatPointer aligned(int n) {
    Pointer bytes = Pointer.malloc(4L * n + LINE);
    long skip = (LINE - bytes.address() % LINE) % LINE;
    return new FloatPointer(new FloatPointer(bytes).getPointer(skip / 4)).capacity(n);
  }

  static FloatPointer aligned(float[] from) {
    FloatPointer to = aligned(from.length);
    to.put(from);
    return to;
  }

  static double[] doubles(FloatPointer from) {
    double[] to = new double[Math.toIntExact(from.capacity())];
    for (int i = 0; i < to.length; i++) {
      to[i] = from.get(i);
    }
    return to;
  }
}
