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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

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
  public Work loss(LossCase loss, int threads) {
    if (threads > 1) {
      throw new UnsupportedOperationException("losses.c has one thread");
    }
    SymbolLookup library = compile();
    MemorySegment z = copy(loss.z);
    MemorySegment v = copy(loss.v);
    MemorySegment labels = Arena.ofAuto().allocateFrom(JAVA_INT, loss.labels);
    MemorySegment output = copy(new float[loss.z.length]);
    MemorySegment p = copy(new float[loss.z.length]);
    MethodHandle softmax =
        function(
            library, "softmax",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_FLOAT, JAVA_LONG, JAVA_LONG));
    MethodHandle crossEntropy =
        function(
            library, "cross_entropy",
            FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG));
    MethodHandle distillation =
        function(
            library, "distillation",
            FunctionDescriptor.of(
                JAVA_DOUBLE, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_FLOAT, JAVA_FLOAT,
                JAVA_FLOAT, JAVA_LONG, JAVA_LONG));
    float temperature = (float) LossCase.TEMPERATURE;
    long rows = loss.rows;
    long classes = loss.classes;
    double[] value = new double[1];
    Runnable task =
        () -> {
          try {
            switch (loss.operation) {
              case SOFTMAX -> softmax.invokeExact(output, z, 1 / temperature, rows, classes);
              case CROSS_ENTROPY ->
                  value[0] = (double) crossEntropy.invokeExact(output, z, labels, rows, classes);
              case DISTILLATION ->
                  value[0] =
                      (double) distillation.invokeExact(
                          output, p, z, v, labels, temperature, (float) LossCase.HARD_WEIGHT,
                          (float) LossCase.SOFT_WEIGHT, rows, classes);
            }
          } catch (Throwable e) {
            throw new IllegalStateException("losses.c failed", e);
          }
        };
    return new Work(task, () -> loss.result(output.toArray(JAVA_FLOAT), value[0]));
  }

  private static MemorySegment copy(float[] from) {
    MemorySegment to = Arena.ofAuto().allocate(4L * from.length, CACHE_LINE);
    return to.copyFrom(MemorySegment.ofArray(from));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup compile() {
    try {
      Path folder = Files.createTempDirectory("retort-losses");
      Path source = folder.resolve("losses.c");
      Path library = folder.resolve("liblosses.so");
      try (InputStream text = HandWrittenC.class.getResourceAsStream("/losses.c")) {
        Files.copy(Objects.requireNonNull(text, "losses.c is not on the class path"), source);
      }
      String command = COMPILER + " -o " + library + " " + source + " -lm";
      Process compiler =
          new ProcessBuilder(command.split(" ", -1)).redirectErrorStream(true).start();
      String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException(
            "left out, as this machine does not compile it: "
                + said.lines().findFirst().orElse(""));
      }
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IOException e) {
      throw new IllegalStateException("left out for want of a C compiler: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
