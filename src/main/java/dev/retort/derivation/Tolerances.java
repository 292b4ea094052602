package dev.retort.derivation;

/** How far apart two computations of the same thing may be. */
public final class Tolerances {
  /** A gradient derived in double against differences in double, relative to its norm. */
  public static final double DIFFERENCES = 1e-9;

  /** The float32 engine against the longhand in double, relative to the norm of what is compared. */
  public static final double FLOAT32 = 1e-5;

  /** The same quantity by two formulas in double, relative. */
  public static final double DOUBLE = 1e-12;

  private Tolerances() {}
}
