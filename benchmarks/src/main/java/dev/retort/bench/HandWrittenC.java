package dev.retort.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
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
final class HandWrittenC implements Implementation {
  private static final String COMPILER = "cc -O3 -march=native -shared -fPIC";
  private static final long CACHE_LINE = 64;

  @Override
  public String name() {
    return "c";
  }

  @Override
  public String describe() {
    return "src/c/losses.c by " + COMPILER;
  }

  @Override
  public Work work(Timed benchmark) {
    if (!(benchmark instanceof RowLosses given) || given.threads > 1) {
      throw unable(benchmark.getClass().getSimpleName() + " on more than one thread");
    }
    MemorySegment z = copy(given.z);
    MemorySegment v = copy(given.v);
    MemorySegment labels = Arena.ofAuto().allocateFrom(JAVA_INT, given.labels);
    MemorySegment output = copy(new float[given.z.length]);
    MemorySegment p = copy(new float[given.z.length]);
    float t = (float) RowLosses.TEMPERATURE;
    float hard = (float) given.operation.hardWeight;
    float soft = (float) given.operation.softWeight;
    long rows = given.rows;
    long classes = given.classes;
    MethodHandle function =
        switch (given.operation) {
          case SOFTMAX -> function("softmax", output, z, 1 / t, rows, classes);
          case CROSS_ENTROPY -> function("cross_entropy", output, z, labels, rows, classes);
          case DISTILLATION ->
              function("distillation", output, p, z, v, labels, t, hard, soft, rows, classes);
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

  /** A function of these arguments, without any: they are bound. One that returns nothing gives 0. */
  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, Object... arguments) {
    MemoryLayout[] layouts =
        Arrays.stream(arguments)
            .map(
                each -> each instanceof Long ? JAVA_LONG : each instanceof Float ? JAVA_FLOAT : ADDRESS)
            .toArray(MemoryLayout[]::new);
    FunctionDescriptor descriptor =
        name.equals("softmax")
            ? FunctionDescriptor.ofVoid(layouts)
            : FunctionDescriptor.of(JAVA_DOUBLE, layouts);
    MethodHandle function =
        Linker.nativeLinker().downcallHandle(library().findOrThrow(name), descriptor);
    MethodHandle bound = MethodHandles.insertArguments(function, 0, arguments);
    return bound.asType(bound.type().changeReturnType(double.class));
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup library() {
    try (InputStream source = HandWrittenC.class.getResourceAsStream("/losses.c")) {
      Path library = Files.createTempFile("losses", ".so");
      String command = COMPILER + " -x c -o " + library + " - -lm";
      Process compiler =
          new ProcessBuilder(command.split(" ", -1))
              .inheritIO()
              .redirectInput(Redirect.PIPE)
              .start();
      try (OutputStream input = compiler.getOutputStream()) {
        source.transferTo(input);
      }
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException("left out, as this machine does not compile losses.c");
      }
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("left out for want of a C compiler: " + e.getMessage(), e);
    }
  }
}
