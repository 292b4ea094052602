package dev.retort.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The losses of {@code losses.c}, compiled for this machine: what the engine's are held against. */
final class HandWrittenC extends Implementation {
  HandWrittenC() {
    super("c", "");
  }

  private static final String COMPILER = "cc -O3 -march=native -shared -fPIC";
  private static final long CACHE_LINE = 64;

  @Override
  String describe() {
    return "src/c/losses.c by " + COMPILER;
  }

  @Override
  Work work(Timed benchmark) {
    if (!(benchmark instanceof RowLosses given) || given.threads > 1) {
      return super.work(benchmark);
    }
    MemorySegment z = copy(given.z);
    MemorySegment v = copy(given.v);
    MemorySegment y = Arena.ofAuto().allocateFrom(JAVA_INT, given.labels);
    MemorySegment output = copy(new float[given.z.length]);
    MemorySegment p = copy(new float[given.z.length]);
    float t = (float) RowLosses.TEMPERATURE;
    float hard = (float) given.operation.hardWeight;
    float soft = (float) given.operation.softWeight;
    long n = given.rows;
    long classes = given.classes;
    MethodHandle function =
        switch (given.operation) {
          case SOFTMAX -> function("softmax", output, z, 1 / t, n, classes);
          case CROSS_ENTROPY -> function("cross_entropy", output, z, y, n, classes);
          case DISTILLATION ->
              function("distillation", output, p, z, v, y, t, hard, soft, n, classes);
        };
    double[] loss = new double[1];
    return new Work(
        () -> {
          try {
            loss[0] = (double) function.invokeExact();
          } catch (Throwable e) {
            throw new IllegalStateException("losses.c failed", e);
          }
        },
        () -> Data.flat(Data.doubles(output.toArray(JAVA_FLOAT)), loss));
  }

  private static MemorySegment copy(float[] from) {
    MemorySegment to = Arena.ofAuto().allocate(4L * from.length, CACHE_LINE);
    return to.copyFrom(MemorySegment.ofArray(from));
  }

  /** A function with its arguments, which it needs no more. One that returns nothing gives 0. */
  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, Object... arguments) {
    MemoryLayout[] layouts =
        Arrays.stream(arguments)
            .map(each -> each instanceof Long ? JAVA_LONG : each instanceof Float ? JAVA_FLOAT : ADDRESS)
            .toArray(MemoryLayout[]::new);
    FunctionDescriptor descriptor =
        name.equals("softmax")
            ? FunctionDescriptor.ofVoid(layouts)
            : FunctionDescriptor.of(JAVA_DOUBLE, layouts);
    MemorySegment address =
        SymbolLookup.libraryLookup(library(), Arena.global()).findOrThrow(name);
    MethodHandle function = Linker.nativeLinker().downcallHandle(address, descriptor);
    MethodHandle bound = MethodHandles.insertArguments(function, 0, arguments);
    return bound.asType(bound.type().changeReturnType(double.class));
  }

  private static Path library() {
    try (InputStream text = HandWrittenC.class.getResourceAsStream("/losses.c")) {
      Path source = Files.createTempFile("losses", ".c");
      Path library = Files.createTempFile("losses", ".so");
      Files.write(source, text.readAllBytes());
      String command = COMPILER + " -o " + library + " " + source + " -lm";
      if (new ProcessBuilder(command.split(" ", -1)).inheritIO().start().waitFor() != 0) {
        throw new IllegalStateException("left out, as this machine does not compile losses.c");
      }
      return library;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("left out for want of a C compiler: " + e.getMessage(), e);
    }
  }
}
