package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vector backend's first rows: whose code does them, and that nobody can tell by the bits. */
@Tag("vector")
final class StartingKernelsTest {
  private static final int SIZE = 300;

  private static Product row(float[] c, SplittableRandom random) {
    return new Product()
        .into(c, 0, c.length)
        .left(Bits.ordinary(SIZE, random), 0, SIZE, 1)
        .right(Bits.ordinary(SIZE * c.length, random), 0, c.length, 1)
        .startingAt(Bits.ordinary(c.length, random), 0, 0)
        .rectified(true)
        .sized(1, c.length, SIZE);
  }

  /** Through the scalar code, rows in part by vectors, and vectors alone. */
  @Test
  void theChangeDoesNotShowInTheBits() {
    SplittableRandom random = new SplittableRandom(1);
    int[] widths = {10, 30, 50, 130};
    Kernels kernels = new StartingKernels(100L * SIZE * 55);
    for (int i = 0; i < 150; i++) {
      float[] expected = new float[widths[i % widths.length]];
      float[] actual = expected.clone();
      Product product = row(expected, random);
      GemmTest.longhand(product);
      kernels.gemm(product.into(actual, 0, actual.length), 0, 1, 0, actual.length);
      Bits.assertSame(expected, actual, "row " + i);
      new ScalarKernels().softmax(expected, 0, expected, 0, 1f, 1, expected.length);
      kernels.softmax(actual, 0, actual, 0, 1f, 1, actual.length);
      Bits.assertSame(expected, actual, "softmax " + i);
    }
  }

  /** Answers of one layer, one at a time or two. */
  static final class Answers {
    public static void main(String[] args) {
      int rows = Integer.parseInt(args[0]);
      float[] c = new float[rows * SIZE];
      Product product =
          new Product().into(c, 0, SIZE).left(new float[rows * SIZE], 0, SIZE, 1)
              .right(new float[SIZE * SIZE], 0, SIZE, 1).sized(rows, SIZE, SIZE);
      for (long terms = 0; terms < Long.parseLong(args[1]); terms += SIZE * SIZE) {
        Backend.kernels().gemm(product, 0, rows, 0, SIZE);
      }
      Backend.kernels().softmax(c, 0, c, 0, 2f, rows, SIZE);
    }
  }

  private static void assertVectorCode(boolean loaded, String... answers) throws Exception {
    Jvm.Outcome outcome =
        Jvm.run(List.of("--add-modules=jdk.incubator.vector", "-Xlog:class+load"), Answers.class, answers);
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("dev.retort.kernel.StartingKernels "), "the vector backend");
    for (String name : List.of("VectorGemm", "WideRows")) {
      assertEquals(loaded, outcome.out().contains("dev.retort.kernel." + name + " "), name);
    }
  }

  @Test
  void firstAnswersNeedNoVectorCode() throws Exception {
    assertVectorCode(false, "1", "1000000");
  }

  @Test
  void afterTwoThousandMillionMultiplyAddsVectorsDoThem() throws Exception {
    assertVectorCode(true, "1", "2200000000");
  }

  @Test
  void rowsTogetherAreVectorsFromTheStart() throws Exception {
    assertVectorCode(true, "2", "1");
  }
}
