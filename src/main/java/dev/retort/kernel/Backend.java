package dev.retort.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import module java.base;
import jdk.incubator.vector.VectorShape;

/**
 * The one place that chooses the arithmetic's implementation, once, when it is first used.
 *
 * <p>The vector backend serves where it is right and fast: the module {@code jdk.incubator.vector} is
 * loaded, vectors have at least {@value #LEAST_BITS} bits, and the JVM has a fused multiply-add
 * instruction and its optimising compiler. The scalar backend serves elsewhere, and one line through
 * {@code System.Logger} says why. Both give the same bits; so the vector backend leaves single rows to
 * the scalar code until vectors pay ({@link StartingKernels}). {@code -Dretort.backend=vector|scalar}
 * forces one, slow or not; it is an error if that one cannot give these bits.
 */
public final class Backend {
  private static final String PROPERTY = "retort.backend";
  private static final String MODULE = "jdk.incubator.vector";

  /** Flags that keep C2, or its vector operations, away and do not show in {@code java.vm.info}. */
  private static final Pattern NO_VECTORS =
      Pattern.compile("-XX:(TieredStopAtLevel=[0-3]|-EnableVectorSupport|-UseCompiler)\\b");

  /** The kernels' sums and permutations need four lanes. */
  private static final int LEAST_BITS = 128;

  private static final Choice CHOICE = choose(System.getProperty(PROPERTY), Machine.present());
  private static final Kernels KERNELS =
      CHOICE.isVector() ? new StartingKernels(StartingKernels.SCALAR_WORK) : new ScalarKernels();

  static {
    if (CHOICE.slow()) {
      System.getLogger("dev.retort")
          .log(System.Logger.Level.WARNING, "slow backend: {0}", describe());
    }
  }

  private Backend() {}

  /**
   * What the choice depends on.
   *
   * @param bits the width of vectors, 0 without the module
   * @param fma whether the JVM has the instruction
   * @param mode {@code java.vm.info}: how the JVM runs code
   * @param flags what the JVM was started with, as far as the system tells; not asked without the module
   */
  record Machine(int bits, boolean fma, String mode, String flags) {
    static Machine present() {
      boolean module = ModuleLayer.boot().findModule(MODULE).isPresent();
      return new Machine(
          module ? VectorShape.preferredShape().vectorBitSize() : 0, Fma.HARDWARE,
          System.getProperty("java.vm.info", ""), module ? givenFlags() : "");
    }

    /** Those of the environment and of the command line; the JVM's own list needs java.management. */
    private static String givenFlags() {
      List<String> flags = new ArrayList<>();
      for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
        flags.add(System.getenv().getOrDefault(variable, ""));
      }
      flags.add(commandLine());
      return String.join(" ", flags);
    }

    /** ProcessHandle shows no more than 4,096 bytes on Linux, which a class path alone may fill. */
    private static String commandLine() {
      try {
        return Files.readString(Path.of("/proc/self/cmdline"), ISO_8859_1).replace('\0', ' ');
      } catch (IOException e) {
        return ProcessHandle.current().info().arguments().map(all -> String.join(" ", all)).orElse("");
      }
    }

    /** Why the vector kernels cannot give their bits; null if they can. */
    private String obstacle() {
      if (bits == 0) {
        return "the JVM runs without --add-modules " + MODULE;
      }
      return bits < LEAST_BITS
          ? "vectors of " + bits + " bits, the kernels need " + LEAST_BITS : null;
    }

    /** Why the vector kernels would take longer than the scalar ones; null if they would not. */
    private String brake() {
      if (!fma) {
        return "the JVM has no FMA instruction";
      }
      if (mode.startsWith("interpreted") || mode.contains("emulated-client")) {
        return "the JVM runs without C2, " + mode;
      }
      Matcher flag = NO_VECTORS.matcher(flags);
      return flag.find() ? "the JVM runs without C2 for vectors, " + flag.group() : null;
    }
  }

  /**
   * The outcome.
   *
   * @param slow whether that is worth a line in the log
   * @param refusal why the forced backend cannot be had; null if it can
   */
  record Choice(String name, String reason, boolean slow, String refusal) {
    boolean isVector() {
      return refusal == null && name.equals("vector");
    }
  }

  static Choice choose(String forced, Machine machine) {
    String obstacle = machine.obstacle();
    String handicap = obstacle == null ? machine.brake() : obstacle;
    if (forced == null) {
      return handicap == null
          ? new Choice("vector", MODULE + " is loaded", false, null)
          : new Choice("scalar", handicap, true, null);
    }
    String reason = "forced by -D" + PROPERTY;
    return switch (forced) {
      case "scalar" -> new Choice(forced, reason, false, null);
      case "vector" ->
          obstacle == null
              ? new Choice(forced, handicap == null ? reason : reason + ", but " + handicap,
                  handicap != null, null)
              : new Choice(forced, reason, false, PROPERTY + "=vector, but " + obstacle);
      default ->
          new Choice(
              forced, reason, false,
              PROPERTY + " must be 'vector' or 'scalar', not '" + forced + "'");
    };
  }

  /**
   * The chosen implementation.
   *
   * @throws IllegalStateException if the forced backend cannot be had
   */
  public static Kernels kernels() {
    if (CHOICE.refusal() != null) {
      throw new IllegalStateException(CHOICE.refusal());
    }
    return KERNELS;
  }

  /** {@code "vector"} or {@code "scalar"}. */
  public static String name() {
    return CHOICE.name();
  }

  /**
   * Name, width, what takes the place of a missing instruction, and the reason of the choice.
   *
   * @throws IllegalStateException if the forced backend cannot be had
   */
  public static String describe() {
    String width = kernels() instanceof VectorKernels v ? ", " + v.bits() + " bits" : "";
    String fma = Fma.HARDWARE ? "" : ", multiply-add in software";
    return name() + width + fma + " (" + CHOICE.reason() + ")";
  }
}
