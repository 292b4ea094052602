package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import module java.base;
import dev.retort.kernel.Allocation;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Laws of jitter. */
class JitterTest {
  private static final int GUARD = 3;
  private static final float UNTOUCHED = -7f;

  private static float[] shifted(float[] x, int height, int width, int down, int right) {
    float[] y = new float[height * width];
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        int row = r - down;
        int column = c - right;
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        y[r * width + c] = inside ? x[row * width + column] : 0;
      }
    }
    return y;
  }

  @Property
  void shiftIsByPixelsWithZerosBehind(
      @ForAll @IntRange(min = 1, max = 5) int height, @ForAll @IntRange(min = 1, max = 5) int width,
      @ForAll @IntRange(min = -7, max = 7) int down,
      @ForAll @IntRange(min = -7, max = 7) int right) {
    float[] x = new float[height * width];
    for (int i = 0; i < x.length; i++) {
      x[i] = 1 + i;
    }
    Dataset images =
        new Dataset("shifted", Tensor.of(padded(x), 2, height, width), new int[2], 1);
    float[] y = new float[x.length + 2 * GUARD];
    Arrays.fill(y, UNTOUCHED);
    Jitter.shift(y, GUARD, images, 1, height, width, down, right);
    float[] expected = new float[y.length];
    Arrays.fill(expected, UNTOUCHED);
    System.arraycopy(shifted(x, height, width, down, right), 0, expected, GUARD, x.length);
    assertArrayEquals(expected, y);
  }

  /** Behind as much of something else. */
  private static float[] padded(float[] x) {
    float[] padded = new float[2 * x.length];
    Arrays.fill(padded, UNTOUCHED);
    System.arraycopy(x, 0, padded, x.length, x.length);
    return padded;
  }

  /** Images with one bright pixel in the middle, which tells where it went. */
  private static Dataset beacons(int rows, int side) {
    Tensor images = Tensor.zeros(rows, side, side);
    for (int i = 0; i < rows; i++) {
      images.set(i, (side / 2) * side + side / 2, 1);
    }
    return new Dataset("beacons", images, new int[rows], 1);
  }

  private static int[] order(int rows) {
    return IntStream.range(0, rows).toArray();
  }

  private static float[] jittered(
      Jitter jitter, Dataset images, int epoch, int from, int rows) {
    Tensor batch = Tensor.zeros(rows, images.rowSize());
    jitter.gather(images, order(images.rows()), from, epoch, batch);
    return batch.toArray();
  }

  /** 49 shifts of up to 3 pixels, each expected 1,000 times; six standard deviations. */
  @Test
  void everyShiftIsAsLikely() {
    Dataset images = beacons(49_000, 7);
    float[] all = jittered(new Jitter(3, 1), images, 0, 0, images.rows());
    int[] seen = new int[49];
    for (int i = 0; i < all.length; i++) {
      seen[i % 49] += all[i] == 1 ? 1 : 0;
    }
    for (int count : seen) {
      assertEquals(1_000, count, 6 * Math.sqrt(1_000));
    }
  }

  @Test
  void piecesOfABatchAreShiftedAsTheWhole() {
    Dataset images = beacons(40, 5);
    Jitter jitter = new Jitter(2, 9);
    float[] whole = jittered(jitter, images, 3, 0, 40);
    float[] piece = jittered(jitter, images, 3, 25, 15);
    assertArrayEquals(Arrays.copyOfRange(whole, 25 * 25, 40 * 25), piece);
  }

  @Test
  void epochAndSeedDecide() {
    Dataset images = beacons(40, 5);
    float[] first = jittered(new Jitter(2, 9), images, 3, 0, 40);
    assertArrayEquals(first, jittered(new Jitter(2, 9), images, 3, 0, 40));
    assertFalse(Arrays.equals(first, jittered(new Jitter(2, 9), images, 4, 0, 40)));
    assertFalse(Arrays.equals(first, jittered(new Jitter(2, 8), images, 3, 0, 40)));
  }

  @Test
  void withoutReachItIsAGather() {
    Dataset images = beacons(4, 5);
    assertArrayEquals(
        images.features(0, 4).toArray(), jittered(new Jitter(0, 1), images, 0, 0, 4));
  }

  @Test
  void gatheringAllocatesNothing() {
    Dataset images = beacons(40, 5);
    Jitter jitter = new Jitter(2, 9);
    int[] order = order(40);
    Tensor batch = Tensor.zeros(20, 25);
    Allocation.assertNone("jitter", () -> jitter.gather(images, order, 10, 3, batch));
    Allocation.assertNone("gather", () -> images.gather(order, 10, batch));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Dataset images = beacons(2, 5);
    Jitter jitter = new Jitter(1, 1);
    refuses(
        "beacons: samples of 25 features do not fit rows of 24",
        () -> jitter.gather(images, order(2), 0, 0, Tensor.zeros(2, 24)));
    Dataset rows = new Dataset("rows", Tensor.zeros(2, 25), new int[2], 1);
    refuses(
        "rows: features of shape [2, 25] are not images",
        () -> jitter.gather(rows, order(2), 0, 0, Tensor.zeros(2, 25)));
    for (int reach : new int[] {-1, Integer.MAX_VALUE}) {
      refuses("jitter must be 0 to 65536 pixels, not " + reach, () -> new Jitter(reach, 1));
    }
  }
}
