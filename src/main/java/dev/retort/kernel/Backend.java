package dev.retort.kernel;

/**
 * The one place that chooses the arithmetic's implementation, once, when it is first used.
 *
 * <p>The vector backend serves where the module {@code jdk.incubator.vector} is loaded, the scalar
 * one elsewhere; {@code -Dretort.backend=vector|scalar} forces one, and it is an error if that one
 * cannot be had. Both give the same bits.
 */
public final class Backend {
  private static final String PROPERTY = "retort.backend";
  private static final String MODULE = "jdk.incubator.vector";

  private static final String NAME;
  private static final String REASON;
  private static final Kernels KERNELS;

  /** Why the forced backend cannot be had; null if all is well. */
  private static final String REFUSAL;

  static {
    String forced = System.getProperty(PROPERTY);
    boolean available = ModuleLayer.boot().findModule(MODULE).isPresent();
    REFUSAL = refusal(forced, available);
    if (forced != null) {
      NAME = forced;
      REASON = "forced by -D" + PROPERTY;
    } else {
      NAME = available ? "vector" : "scalar";
      REASON = available ? MODULE + " is loaded" : "start the JVM with --add-modules " + MODULE;
    }
    if (REFUSAL != null) {
      KERNELS = null;
    } else {
      KERNELS = NAME.equals("vector") ? new VectorKernels() : new ScalarKernels();
    }
    if (forced == null && !available) {
      System.getLogger("dev.retort")
          .log(System.Logger.Level.WARNING, "slow scalar backend: {0}", REASON);
    }
  }

  private Backend() {}

  private static String refusal(String forced, boolean available) {
    if (forced == null || forced.equals("scalar")) {
      return null;
    }
    if (!forced.equals("vector")) {
      return PROPERTY + " must be 'vector' or 'scalar', not '" + forced + "'";
    }
    return available
        ? null : PROPERTY + "=vector, but the JVM runs without --add-modules " + MODULE;
  }

  /**
   * The chosen implementation.
   *
   * @throws IllegalStateException if the forced backend cannot be had
   */
  public static Kernels kernels() {
    if (REFUSAL != null) {
      throw new IllegalStateException(REFUSAL);
    }
    return KERNELS;
  }

  /** {@code "vector"} or {@code "scalar"}. */
  public static String name() {
    return NAME;
  }

  /**
   * Name, width and the reason of the choice, in one line.
   *
   * @throws IllegalStateException if the forced backend cannot be had
   */
  public static String describe() {
    String width = kernels() instanceof VectorKernels v ? ", " + v.bits() + " bits" : "";
    return NAME + width + " (" + REASON + ")";
  }
}
