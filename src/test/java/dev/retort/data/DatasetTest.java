package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import module java.base;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of data sets. */
class DatasetTest {
  /** Sample i has features 10 i, 10 i + 1 and label i mod 3; the storage begins in mid-array. */
  private static Dataset samples(int rows) {
    float[] features = new float[2 * rows + 4];
    for (int i = 0; i < features.length; i++) {
      int sample = Math.floorDiv(i, 2) - 1;
      features[i] = 10 * sample + i % 2;
    }
    int[] labels = new int[rows];
    Arrays.setAll(labels, i -> i % 3);
    Tensor shared = Tensor.of(features, rows + 2, 2).rows(1, rows + 1);
    return new Dataset("samples", shared, labels, 3);
  }

  private static void assertIs(Dataset whole, int[] samples, Dataset part) {
    assertEquals(samples.length, part.rows());
    assertEquals(whole.name(), part.name());
    assertEquals(whole.classes(), part.classes());
    for (int i = 0; i < samples.length; i++) {
      assertEquals(whole.labels()[samples[i]], part.labels()[i]);
      assertArrayEquals(
          whole.features(samples[i], samples[i] + 1).toArray(),
          part.features(i, i + 1).toArray());
    }
  }

  @Test
  void selectTakesSamplesInTheOrderAsked() {
    Dataset whole = samples(5);
    int[] samples = {4, 0, 0, 2};
    assertIs(whole, samples, whole.select(samples));
  }

  /** NOTES (E54): each class has the same sum, and all sum to the samples; an empty class has none. */
  @Test
  void balancedWeightsGiveEachClassTheSameSum() {
    Tensor features = Tensor.zeros(8, 1);
    int[] labels = {0, 0, 0, 0, 0, 0, 2, 2};
    assertArrayEquals(
        new double[] {8 / 18.0, 0, 8 / 6.0},
        new Dataset("data", features, labels, 3).balancedWeights(), 1e-15);
    assertArrayEquals(
        new double[] {8 / 12.0, 8 / 4.0},
        Dataset.of(new float[8][1], new int[] {0, 0, 0, 0, 0, 0, 1, 1}).balancedWeights(), 1e-15);
  }

  @Test
  void selectClassesTakesTheirSamplesInOrder() {
    Dataset whole = samples(8);
    assertIs(whole, new int[] {1, 2, 4, 5, 7}, whole.selectClasses(label -> label != 0));
    assertThrows(DataException.class, () -> whole.selectClasses(label -> label > 2));
  }

  @Test
  void gatherWritesTheRowsOfTheBatchAndNoOthers() {
    Tensor batch = Tensor.zeros(4, 2);
    samples(5).gather(new int[] {9, 3, 1, 9}, 1, batch.rows(1, 3));
    assertArrayEquals(new float[] {0, 0, 30, 31, 10, 11, 0, 0}, batch.toArray());
  }

  @Test
  void gatherRefusesRowsOfAnotherSize() {
    refuses(
        "samples: samples of 2 features do not fit rows of 3",
        () -> samples(5).gather(new int[] {0}, 0, Tensor.zeros(1, 3)));
  }

  @Property(tries = 200)
  void splitParts(
      @ForAll @IntRange(min = 10, max = 100) int rows,
      @ForAll @DoubleRange(min = 0.1, max = 0.9) double share, @ForAll long seed) {
    Dataset whole = samples(rows);
    TrainTest parts = whole.split(share, seed);
    assertEquals(Math.round(share * rows), parts.test().rows());
    int[] train = identities(parts.train());
    int[] test = identities(parts.test());
    assertIs(whole, train, parts.train());
    assertIs(whole, test, parts.test());
    assertArrayEquals(sorted(train), train);
    assertArrayEquals(sorted(test), test);
    int[] all = Arrays.copyOf(train, rows);
    System.arraycopy(test, 0, all, train.length, test.length);
    assertArrayEquals(IntStream.range(0, rows).toArray(), sorted(all));
  }

  private static int[] identities(Dataset part) {
    int[] samples = new int[part.rows()];
    Arrays.setAll(samples, i -> (int) part.features(i, i + 1).get(0, 0) / 10);
    return samples;
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  @Test
  void theSeedDecidesTheSplit() {
    Dataset whole = samples(100);
    assertArrayEquals(
        identities(whole.split(0.5, 1).test()), identities(whole.split(0.5, 1).test()));
    assertFalse(
        Arrays.equals(
            identities(whole.split(0.5, 1).test()), identities(whole.split(0.5, 2).test())));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.5, Double.NaN, 0.01, 0.99})
  void sharesThatLeaveNothingAreRefused(double share) {
    refuses(
        share > 0 && share < 1
            ? "holding out a share of " + share + " of 10 samples leaves a part empty"
            : "the share to hold out must be in (0, 1), not " + share,
        () -> samples(10).split(share, 1));
  }

  @Test
  void imagesHaveSides() {
    Dataset images = new Dataset("images", Tensor.zeros(1, 3, 4), new int[1], 1);
    assertEquals(3, images.height());
    assertEquals(4, images.width());
    refuses("samples: features of shape [1, 2] are not images", () -> samples(1).height());
  }

  @Test
  void labelsAreCopied() {
    int[] labels = {0, 1};
    Dataset dataset = new Dataset("d", Tensor.zeros(2, 1), labels, 2);
    labels[0] = 1;
    dataset.labels()[1] = 0;
    assertArrayEquals(new int[] {0, 1}, dataset.labels());
  }

  /** 100 images of 3 by 5 pixels, every byte among them, and the same as floats. */
  private static final byte[] BYTES = new byte[1500];

  private static final Dataset AS_BYTES;
  private static final Dataset AS_FLOATS;

  static {
    float[] floats = new float[BYTES.length];
    for (int i = 0; i < floats.length; i++) {
      BYTES[i] = (byte) (7 * i);
      floats[i] = (7 * i & 0xff) / 255f;
    }
    int[] labels = new int[100];
    Arrays.setAll(labels, i -> i % 3);
    int[] shape = {100, 3, 5};
    AS_BYTES = new Dataset("images", new Features.Bytes(BYTES, 255), shape, labels, Dataset.numbers(3));
    AS_FLOATS = new Dataset("images", Tensor.of(floats, shape), labels, 3);
  }

  @Test
  void bytesAreReadAsTheFloatsThatTheyMean() {
    assertArrayEquals(new int[] {100, 3, 5}, AS_BYTES.features(0, 100).shape());
    int[] all = IntStream.range(0, 100).toArray();
    assertIs(AS_FLOATS, all, AS_BYTES);
    int[] chosen = {99, 0, 42, 42};
    assertIs(AS_FLOATS, chosen, AS_BYTES.select(chosen));
    Tensor bytes = Tensor.zeros(5, 15);
    Tensor floats = Tensor.zeros(5, 15);
    AS_BYTES.gather(chosen, 1, bytes.rows(1, 4));
    AS_FLOATS.gather(chosen, 1, floats.rows(1, 4));
    assertArrayEquals(floats.toArray(), bytes.toArray());
    Jitter jitter = new Jitter(2, 1);
    jitter.gather(AS_BYTES, all, 7, 3, bytes);
    jitter.gather(AS_FLOATS, all, 7, 3, floats);
    assertArrayEquals(floats.toArray(), bytes.toArray());
  }

  @Test
  void arraysMakeADataset() {
    float[][] features = {{1, 2}, {3, 4}, {5, 6}};
    Dataset made = Dataset.of(features, new int[] {1, 0, 3});
    features[2][1] = 0;
    assertEquals(3, made.rows());
    assertEquals(2, made.rowSize());
    assertEquals(4, made.classes());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, made.features(0, 3).toArray());
    assertArrayEquals(new int[] {1, 0, 3}, made.labels());
  }

  private static void refused(String message, float[][] features, int... labels) {
    refuses(DataException.class, message, () -> Dataset.of(features, labels));
  }

  @Test
  void arraysThatMakeNoDatasetAreRefused() {
    refused("data has no samples: its features are [0, 0]", new float[0][]);
    refused("data has no features: their shape is [1, 0]", new float[1][0], 1);
    refused("data has 1 samples but 2 labels", new float[1][1], 1, 1);
    refused(
        "data: sample 1 has 3 features, sample 0 has 2", new float[][] {{1, 2}, {1, 2, 3}}, 0, 0);
    refused(
        "data: label -1 of sample 1 is not one of the classes 0 to 0", new float[2][1], 0, -1);
    refused(
        "data: feature 1 of sample 1 is NaN", new float[][] {{1, 2}, {3, Float.NaN}}, 0, 0);
    float inf = Float.NEGATIVE_INFINITY;
    refused("data: feature 0 of sample 0 is -Infinity", new float[][] {{inf}}, 0);
  }

  private static void refused(String message, Tensor features, int[] labels, int classes) {
    refuses(DataException.class, message, () -> new Dataset("d", features, labels, classes));
  }

  @Test
  void featuresAndLabelsMustAgree() {
    refused("d has 3 samples but 2 labels", Tensor.zeros(3, 1), new int[2], 1);
    refused("d has 3 samples but 0 labels", Tensor.zeros(3, 1), new int[0], 1);
    refused("d has 1 samples but 2 labels", Tensor.zeros(1, 1), new int[] {0, 7}, 1);
    refused("d has no samples: its features are [0, 1]", Tensor.zeros(0, 1), new int[0], 1);
    refused("d has no features: their shape is [1, 0]", Tensor.zeros(1, 0), new int[1], 1);
  }

  @Test
  void labelsMustBeClasses() {
    refused(
        "d: label 2 of sample 1 is not one of the classes 0 to 1",
        Tensor.zeros(2, 1), new int[] {1, 2}, 2);
    refused(
        "d: label -1 of sample 0 is not one of the classes 0 to 1",
        Tensor.zeros(2, 1), new int[] {-1, 0}, 2);
  }
}
