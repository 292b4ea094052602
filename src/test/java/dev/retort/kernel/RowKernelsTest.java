package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels over rows of logits: both backends to the bit, places, specials and bad rows. */
@Tag("bits")
@Tag("vector")
final class RowKernelsTest {
  private static final int L = VectorExp.SPECIES.length();
  private static final int GUARDS = 37;
  private static final int OFFSET = 5;
  private static final float INF = Float.POSITIVE_INFINITY;

  /** Where the output goes: an array of its own, over the logits, over the targets, nowhere. */
  enum Place { APART, LOGITS, TARGETS, NOWHERE }

  /** One call of every kernel; arrays that a kernel does not know stay guards. */
  enum Kernel {
    SOFTMAX, CROSS_ENTROPY, SMOOTHED_CROSS_ENTROPY, SOFT_CROSS_ENTROPY, DISTILLATION;

    int run(Kernels k, Call c) {
      return switch (this) {
        case SOFTMAX -> k.softmax(c.out, OFFSET, c.z, OFFSET, c.s, c.rows, c.cols);
        case CROSS_ENTROPY, SMOOTHED_CROSS_ENTROPY ->
            k.crossEntropy(
                c.value, OFFSET, c.out, OFFSET, c.z, OFFSET, c.labels, OFFSET,
                this == CROSS_ENTROPY ? 0 : 0.1, 0.37f, c.rows, c.cols);
        case SOFT_CROSS_ENTROPY ->
            k.softCrossEntropy(c.value, OFFSET, c.z, OFFSET, c.p, OFFSET, c.s, c.rows, c.cols);
        case DISTILLATION ->
            k.distillation(
                c.otherValue, c.value, OFFSET, c.out, OFFSET, c.z, OFFSET, c.p, OFFSET, c.labels,
                OFFSET, c.s, 0.37f, 0.73f, c.rows, c.cols);
      };
    }

    boolean allows(Place place) {
      return switch (place) {
        case APART -> true;
        case LOGITS -> this != SOFT_CROSS_ENTROPY;
        case TARGETS -> this == DISTILLATION;
        case NOWHERE -> this != SOFTMAX;
      };
    }
  }

  /** The arrays of a call, with guards around every row block. */
  static final class Call {
    final float[] out;
    final float[] z;
    final float[] p;
    final double[] value;
    final double[] otherValue;
    final int[] labels;
    final float s;
    final int rows;
    final int cols;

    Call(float[] logits, int rows, int cols, float s, Place place, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      z = Bits.guards(rows * cols + GUARDS);
      p = Bits.guards(rows * cols + GUARDS);
      value = new double[rows + GUARDS];
      Arrays.fill(value, Bits.GUARD);
      labels = new int[rows + GUARDS];
      System.arraycopy(logits, 0, z, OFFSET, rows * cols);
      for (int i = 0; i < rows * cols; i++) {
        p[OFFSET + i] = random.nextInt(4) == 0 ? 0f : (float) random.nextDouble() / cols;
      }
      for (int i = 0; i < rows; i++) {
        labels[OFFSET + i] = random.nextInt(i % 2 == 0 ? cols : Math.min(cols, 8));
      }
      out =
          switch (place) {
            case APART -> Bits.guards(rows * cols + GUARDS);
            case LOGITS -> z;
            case TARGETS -> p;
            case NOWHERE -> null;
          };
      otherValue = value.clone();
      this.s = s;
      this.rows = rows;
      this.cols = cols;
    }

    void assertSame(Call actual, String what) {
      if (out != null) {
        Bits.assertSame(out, actual.out, what + ", output");
      }
      Bits.assertSame(z, actual.z, what + ", logits");
      Bits.assertSame(p, actual.p, what + ", targets");
      Bits.assertSame(value, actual.value, what + ", values");
      Bits.assertSame(otherValue, actual.otherValue, what + ", hard values");
    }
  }

  static IntStream sizes() {
    int lanes = Kernels.LANES;
    return IntStream.of(
            1, 2, L - 1, L, L + 1, 2 * L - 1, 2 * L, 2 * L + 1, 4 * L + 3,
            lanes - 1, lanes, lanes + 1, 2 * lanes - 1, 2 * lanes + 1, 10, 100, 1000)
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void bothBackendsGiveTheSameBits(int cols) {
    SplittableRandom random = new SplittableRandom(cols);
    for (int rows : new int[] {0, 1, L - 1, L, 2 * L + 3}) {
      float[] logits = new float[rows * cols];
      for (int i = 0; i < rows; i++) {
        fillRow(logits, i * cols, cols, i, random);
      }
      for (float s : new float[] {2f, 0.5f, 2e3f, 2e-6f}) {
        assertSameEverywhere(logits, rows, cols, s);
      }
    }
  }

  /** Long rows begin at every distance from a line of the cache. */
  @ParameterizedTest
  @ValueSource(floats = {2f, 0.5f})
  void longRowsToo(float s) {
    int cols = WideRows.LONG + 5;
    int rows = Kernels.LANES + 2;
    SplittableRandom random = new SplittableRandom(1);
    float[] logits = new float[rows * cols];
    for (int i = 0; i < rows; i++) {
      fillRow(logits, i * cols, cols, i % 3 == 0 ? i : 0, random);
    }
    assertSameEverywhere(logits, rows, cols, s);
  }

  private static void assertSameEverywhere(float[] logits, int rows, int cols, float s) {
    for (Kernel kernel : Kernel.values()) {
      for (Place place : Place.values()) {
        if (kernel.allows(place)) {
          String what = kernel + " " + place + " " + rows + "x" + cols + " s=" + s;
          Call expected = new Call(logits, rows, cols, s, place, cols);
          Call actual = new Call(logits, rows, cols, s, place, cols);
          assertEquals(Kernels.NO_BAD_ROW, kernel.run(new ScalarKernels(), expected), what);
          assertEquals(Kernels.NO_BAD_ROW, kernel.run(new VectorKernels(), actual), what);
          expected.assertSame(actual, what);
        }
      }
    }
  }

  /** Rows that softmax must survive, each in its turn. */
  private static void fillRow(float[] z, int zo, int cols, int kind, SplittableRandom random) {
    for (int j = 0; j < cols; j++) {
      float ordinary = (float) random.nextDouble(-8, 8);
      boolean odd = random.nextInt(3) == 0;
      z[zo + j] =
          switch (kind % 8) {
            case 1 -> odd ? 3f : -2f;
            case 2 -> ordinary * 0x1p-130f;
            case 3 -> odd ? 3e38f : -3e38f;
            case 4 -> odd ? -INF : ordinary;
            case 5 -> odd ? -0f : 0f;
            case 6 -> ordinary - 80f;
            default -> ordinary;
          };
    }
    if (kind % 8 == 4) {
      z[zo + cols / 2] = -1f;
    }
    if (kind % 8 == 6) {
      z[zo + cols / 3] = 40f;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFirstBadRowIsNamedAndThoseBeforeItAreRight(Kernel kernel) {
    float[][] bad = {
      {Float.NaN, 1f}, {1f, Float.intBitsToFloat(0xFFA1B2C3)}, {INF, 0f}, {-INF, INF}, {-INF, -INF}
    };
    for (int cols : new int[] {2, 10, Kernels.LANES, Kernels.LANES + 1, 100}) {
      for (float[] two : bad) {
        for (int at : new int[] {0, 1, L - 1, L, 2 * L + 2}) {
          assertNames(kernel, at, 2 * L + 3, cols, two);
        }
      }
    }
  }

  private static void assertNames(Kernel kernel, int at, int rows, int cols, float[] two) {
    SplittableRandom random = new SplittableRandom(at);
    float[] logits = new float[rows * cols];
    for (int i = 0; i < rows * cols; i++) {
      logits[i] = (float) random.nextDouble(-3, 3);
    }
    Arrays.fill(logits, at * cols, (at + 1) * cols, two[0] == -INF ? -INF : 0f);
    logits[at * cols] = two[0];
    logits[at * cols + cols - 1] = two[1];
    String what = kernel + " of " + cols + " with " + Arrays.toString(two) + " in row " + at;
    Call whole = new Call(logits, rows, cols, 0.5f, Place.APART, 1);
    Call scalar = new Call(logits, rows, cols, 0.5f, Place.APART, 1);
    assertEquals(at, kernel.run(new VectorKernels(), whole), what);
    assertEquals(at, kernel.run(new ScalarKernels(), scalar), what);
    Bits.assertSame(
        Arrays.copyOf(scalar.out, OFFSET + at * cols),
        Arrays.copyOf(whole.out, OFFSET + at * cols), what);
    Bits.assertSame(
        Arrays.copyOf(scalar.value, OFFSET + at), Arrays.copyOf(whole.value, OFFSET + at), what);
  }

  @Test
  void aMaskedClassHasProbabilityAndGradientZero() {
    for (Kernels kernels : new Kernels[] {new ScalarKernels(), new VectorKernels()}) {
      for (int cols : new int[] {3, 40}) {
        float[] z = new float[cols];
        float[] p = new float[cols];
        Arrays.fill(p, 1f / (cols - 1));
        z[1] = -INF;
        p[1] = 0f;
        float[] y = new float[cols];
        double[] value = new double[1];
        kernels.softmax(y, 0, z, 0, 2f, 1, cols);
        assertEquals(0f, y[1]);
        kernels.distillation(
            new double[1], value, 0, y, 0, z, 0, p, 0, new int[1], 0, 2f, 1f, 1f, 1, cols);
        assertEquals(0f, y[1]);
        assertTrue(Double.isFinite(value[0]));
      }
    }
  }
}
