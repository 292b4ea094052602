package dev.retort.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded digits, and the drawing of them. */
class DigitsTest {
  private static final Pattern SUM = Pattern.compile("(?m)^ +([0-9a-f]{64})  (\\S+)$");

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = DigitsTest.class.getResourceAsStream("/" + Digits.FOLDER + file)) {
      return in.readAllBytes();
    }
  }

  private static byte[] unzipped(byte[] file) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      return in.readAllBytes();
    }
  }

  @Test
  void filesAreThoseOfTheReadme() throws IOException, NoSuchAlgorithmException {
    Matcher sums = SUM.matcher(new String(resource("README.md"), UTF_8));
    int files = 0;
    int size = 0;
    for (; sums.find(); files++) {
      String name = sums.group(2);
      byte[] file = resource(name.endsWith(".gz") ? name : name + ".gz");
      size += name.endsWith(".gz") ? file.length : 0;
      byte[] content = name.endsWith(".gz") ? file : unzipped(file);
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
      assertEquals(sums.group(1), HexFormat.of().formatHex(sha256), name);
    }
    assertEquals(8, files);
    assertTrue(size <= 2_500_000, size + " bytes");
  }

  /** Of 60,000 there are 5923 zeros, 6742 ones and so on; of 10,000 test images 980, 1135 ... */
  @Test
  void classesKeepTheirSharesOfMnist() {
    TrainTest digits = Digits.load();
    assertArrayEquals(new int[] {10_000, 28, 28}, digits.train().features(0, 10_000).shape());
    assertArrayEquals(new int[] {2_000, 28, 28}, digits.test().features(0, 2_000).shape());
    assertEquals(10, digits.train().classes());
    assertArrayEquals(
        new int[] {987, 1124, 993, 1022, 974, 904, 986, 1044, 975, 991}, counts(digits.train()));
    assertArrayEquals(
        new int[] {196, 227, 206, 202, 196, 178, 192, 206, 195, 202}, counts(digits.test()));
  }

  private static int[] counts(Dataset dataset) {
    int[] counts = new int[dataset.classes()];
    for (int label : dataset.labels()) {
      counts[label]++;
    }
    return counts;
  }

  @Test
  void pixelsAreFromDarkToBright() {
    for (Dataset part : List.of(Digits.load().train(), Digits.load().test())) {
      float[] pixels = part.features(0, part.rows()).toArray();
      float least = 1;
      float most = 0;
      double sum = 0;
      for (float pixel : pixels) {
        least = Math.min(least, pixel);
        most = Math.max(most, pixel);
        sum += pixel;
      }
      assertEquals(0, least);
      assertEquals(1, most);
      // What MNIST is known for: 13% ink.
      assertEquals(0.13, sum / pixels.length, 0.005);
    }
  }

  /** 40 samples of two pixels, (i, label): six of each class 0 to 4, two of each class 5 to 9. */
  @Test
  void samplesKeepOrderLabelAndShare(@TempDir Path from, @TempDir Path into) throws IOException {
    byte[] images = new byte[80];
    byte[] labels = new byte[40];
    for (int i = 0; i < 40; i++) {
      labels[i] = (byte) (i % 4 == 3 ? 5 + i % 5 : i % 5);
      images[2 * i] = (byte) i;
      images[2 * i + 1] = labels[i];
    }
    Files.write(
        from.resolve("train-images-idx3-ubyte.gz"), IdxBytes.gzip(IdxBytes.of(images, 40, 1, 2)));
    Files.write(from.resolve("train-labels-idx1-ubyte.gz"), IdxBytes.gzip(IdxBytes.of(labels, 40)));
    SampleDigits.sample(from, into, "train", 20);
    DataArray drawn = Idx.read(into.resolve("train-images-idx3-ubyte.gz"));
    assertArrayEquals(new int[] {20, 1, 2}, drawn.shape());
    byte[] classes = new byte[20];
    int[] counts = new int[10];
    for (int i = 0; i < 20; i++) {
      classes[i] = drawn.data()[2 * i + 1];
      counts[classes[i]]++;
      assertTrue(i == 0 || drawn.data()[2 * i - 2] < drawn.data()[2 * i]);
    }
    assertArrayEquals(new int[] {3, 3, 3, 3, 3, 1, 1, 1, 1, 1}, counts);
    assertArrayEquals(classes, Idx.read(into.resolve("train-labels-idx1-ubyte.gz")).data());
    byte[] once = Files.readAllBytes(into.resolve("train-images-idx3-ubyte.gz"));
    SampleDigits.sample(from, into, "train", 20);
    assertArrayEquals(once, Files.readAllBytes(into.resolve("train-images-idx3-ubyte.gz")));
    assertArrayEquals(new byte[4], Arrays.copyOfRange(once, 4, 8), "no time in the gzip header");
  }

  /** The engine's classes alone, in a loader that cannot see the digits. */
  @Test
  void withoutTheirJarTheErrorSaysWhatToAdd() throws Exception {
    URL engine = Digits.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader jdk = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader alone = new URLClassLoader(new URL[] {engine}, jdk)) {
      var load = alone.loadClass(Digits.class.getName()).getMethod("load");
      Throwable e =
          assertThrows(java.lang.reflect.InvocationTargetException.class, () -> load.invoke(null))
              .getCause();
      assertEquals(DataException.class.getName(), e.getClass().getName());
      assertEquals(
          "the embedded digits are not there: add Retort's jar with classifier 'digits' to the"
              + " class path, or give the folder of a data set",
          e.getMessage());
    }
  }
}
