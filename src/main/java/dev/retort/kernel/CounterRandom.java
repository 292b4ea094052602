package dev.retort.kernel;

/**
 * Random numbers that are a function of a key and a position, never of what was drawn before: the
 * same under any number of threads, for any piece of a batch, and after a resume.
 *
 * <p>Keys are derived from keys: {@code key(key(key(seed, PURPOSE), epoch), row)}.
 */
public final class CounterRandom {
  /** What numbers are drawn for; one stream of keys each. */
  public static final int INITIALISATION = 1;

  public static final int SHUFFLE = 2;
  public static final int DROPOUT = 3;
  public static final int JITTER = 4;
  public static final int SPLIT = 5;

  static final int POSITION_STEP = 0x9E3779B9;
  static final int MIX1 = 0x21F0AAAD;
  static final int MIX2 = 0x735A2D97;

  private CounterRandom() {}

  /** The key of a sub-stream: SplitMix64's finaliser over key and index. */
  public static long key(long key, long index) {
    long x = key + (index + 1) * 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /**
   * 32 random bits. Integer additions, products and shifts only, so that lanes can do it too: the
   * position is spread over the low half of the key, mixed, and mixed again with the high half.
   */
  public static int bits(long key, int position) {
    return mix(mix(position * POSITION_STEP + (int) key) + (int) (key >>> 32));
  }

  private static int mix(int x) {
    x = (x ^ (x >>> 16)) * MIX1;
    x = (x ^ (x >>> 15)) * MIX2;
    return x ^ (x >>> 15);
  }

  /** 24 random bits, 0 to 2^24 - 1: every value a float exactly. */
  public static int bits24(long key, int position) {
    return bits(key, position) >>> 8;
  }

  /** A whole number from 0 to bound - 1, by multiplication; its bias is below bound / 2^32. */
  public static int below(long key, int position, int bound) {
    return (int) ((Integer.toUnsignedLong(bits(key, position)) * bound) >>> 32);
  }

  /** 0 to n - 1 in random order (Fisher and Yates). */
  public static int[] permutation(long key, int n) {
    int[] order = new int[n];
    permute(order, key);
    return order;
  }

  /** Fills {@code order} with 0 to n - 1 in random order, without an allocation. */
  public static void permute(int[] order, long key) {
    for (int i = 0; i < order.length; i++) {
      int j = below(key, i, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }
}
