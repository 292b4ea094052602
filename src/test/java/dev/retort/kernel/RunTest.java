package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The build runs the suite of bits several times, in JVMs with other backends, widths and modes; here
 * each run proves that it got what the build asked for. A width that the machine has not got falls to
 * the widest that it has, and the run says so.
 */
@Tag("bits")
@Tag("interpreted")
@ExtendWith(RestoreThreads.class)
final class RunTest {
  private static final String BACKEND = System.getProperty("retort.test.backend", "vector");
  private static final int BITS = Integer.getInteger("retort.test.bits", 512);
  private static final String MODE = System.getProperty("retort.test.mode", "mixed mode");
  private static final boolean MODULE =
      !"absent".equals(System.getProperty("retort.test.module"));
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  @Test
  void theBackendIsTheOneAskedFor() {
    assertEquals(BACKEND, Backend.name());
    assertEquals(BACKEND.equals("vector"), Backend.kernels() instanceof VectorKernels);
  }

  @Test
  void theIncubatorModuleIsThereIfAskedFor() {
    assertEquals(MODULE, ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  @Test
  void theWidthIsTheOneAskedForOrTheWidestThereIs() throws IOException {
    int got = Backend.kernels() instanceof VectorKernels vector ? vector.bits() : 0;
    int machine = machineBits();
    System.out.println(
        "suite of bits: " + Backend.describe() + ", " + MODE
            + (got == 0 ? "" : "; asked for " + BITS + " bits of the machine's " + machine));
    assertEquals(BACKEND.equals("vector") ? Math.min(BITS, machine) : 0, got);
  }

  /** By the processor's own word where Linux passes it on, else by what the JVM found. */
  private static int machineBits() throws IOException {
    String flags = Files.exists(PROCESSOR) ? Files.readString(PROCESSOR) : "";
    if (flags.contains(" avx512bw ") && flags.contains(" avx512vl")) {
      return 512;
    }
    if (flags.contains(" avx2 ")) {
      return 256;
    }
    String bytes =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxVectorSize")
            .getValue();
    return Math.min(512, 8 * Integer.parseInt(bytes));
  }

  @Test
  void theModeIsTheOneAskedFor() {
    String mode = System.getProperty("java.vm.info");
    assertTrue(mode.startsWith(MODE), mode);
  }

  /** No part ends before all have begun, so each has a thread of its own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void thereAreAsManyThreadsAsAskedFor(int count) {
    Pool.setThreads(count);
    Set<Thread> begun = ConcurrentHashMap.newKeySet();
    long deadline = System.nanoTime() + PATIENCE;
    Pool.run(
        (part, parts) -> {
          begun.add(Thread.currentThread());
          while (begun.size() < parts && System.nanoTime() < deadline) {
            Thread.onSpinWait();
          }
        },
        Pool.parts(1 << 20, 1));
    assertEquals(count, begun.size());
  }
}
