package dev.retort.kernel;

/**
 * Fused multiply-add, a b + c with one rounding: by the CPU's instruction or, where the JVM has none,
 * in double. {@code Math.fma} is right there too, but 1,000 times slower (it adds decimals).
 */
final class Fma {
  /**
   * Whether {@code Math.fma} is one instruction. On x86 and ARM the instruction keeps a NaN's payload,
   * where the JDK's replacement returns the canonical NaN. RISC-V's instruction returns that one too,
   * but belongs to the least instruction set that a JVM runs on.
   */
  static final boolean HARDWARE = keepsPayload(0x7FC00001) || System.getProperty("os.arch").equals("riscv64");

  private Fma() {}

  private static boolean keepsPayload(int nan) {
    return Float.floatToRawIntBits(Math.fma(Float.intBitsToFloat(nan), 1f, 1f)) == nan;
  }

  /** a b + c, rounded once; special values per IEEE 754. */
  static float fma(float a, float b, float c) {
    return HARDWARE ? Math.fma(a, b, c) : inDouble(a, b, c);
  }

  /**
   * The bits of {@code Math.fma} for all floats, by two roundings: the product of two floats is exact
   * in double, and the sum is rounded to double, then to float. That differs from one rounding only
   * where the double lies halfway between two floats, its last 28 bits then 0 (subnormal floats
   * included); there one unit in its last place, towards the exact sum, decides.
   */
  static float inDouble(float a, float b, float c) {
    double product = (double) a * b;
    double sum = product + c;
    if (Double.doubleToRawLongBits(sum) << 36 != 0) {
      return (float) sum;
    }
    // The rounding error of the sum, exact (Knuth's TwoSum); NaN if the sum is not finite.
    double addend = sum - product;
    double error = (product - (sum - addend)) + (c - addend);
    if (error > 0) {
      return (float) Math.nextUp(sum);
    }
    return (float) (error < 0 ? Math.nextDown(sum) : sum);
  }
}
