package dev.retort.bench;

import module java.base;

/** The losses of {@code losses.c}, compiled for this machine: what the engine's are held against. */
final class HandWrittenC extends Implementation {
  private static final String COMPILER = "cc -O3 -march=native -shared -fPIC";
  private static final long CACHE_LINE = 64;

  HandWrittenC() {
    super("c", "");
  }

  @Override
  String describe() {
    return "src/c/losses.c by " + COMPILER;
  }

  @Override
  @SuppressWarnings("restricted")
  Work work(Measured benchmark) {
    if (!(benchmark instanceof RowLosses given) || given.threads > 1) {
      return super.work(benchmark);
    }
    MemoryLayout array = ValueLayout.ADDRESS;
    MemoryLayout number = ValueLayout.JAVA_DOUBLE;
    MemoryLayout size = ValueLayout.JAVA_LONG;
    MethodHandle function = Linker.nativeLinker().downcallHandle(
        SymbolLookup.libraryLookup(library(), Arena.global()).findOrThrow("loss"),
        FunctionDescriptor.of(number, array, array, array, array, array, number, number, number, size, size));
    MemorySegment output = copy(new float[given.z.length]);
    DoubleSupplier call = MethodHandleProxies.asInterfaceInstance(DoubleSupplier.class,
        MethodHandles.insertArguments(function, 0, output, copy(new float[given.z.length]), copy(given.z),
            copy(given.v), Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, given.labels), RowLosses.TEMPERATURE,
            given.operation.hardWeight, given.operation.softWeight, (long) given.rows, (long) given.classes));
    double[] loss = new double[1];
    return new Work(() -> loss[0] = call.getAsDouble(),
        () -> Data.flat(Data.doubles(output.toArray(ValueLayout.JAVA_FLOAT)), loss));
  }

  private static MemorySegment copy(float[] from) {
    return Arena.ofAuto().allocate(4L * from.length, CACHE_LINE).copyFrom(MemorySegment.ofArray(from));
  }

  private static Path library() {
    return Data.unchecked(() -> {
      Path source = Files.writeString(Files.createTempFile("losses", ".c"), Data.resource("losses.c"));
      Path library = Files.createTempFile("losses", ".so");
      String command = COMPILER + " -o " + library + " " + source + " -lm";
      if (new ProcessBuilder(command.split(" ", -1)).inheritIO().start().waitFor() != 0) {
        throw new IOException("left out, as losses.c does not compile");
      }
      return library;
    });
  }
}
