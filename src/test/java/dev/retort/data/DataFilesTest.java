package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of NumPy's arrays, and how they must fit each other. */
class DataFilesTest {
  private static final byte[] IMAGES =
      NpyBytes.of("|u1", false, "(2, 2, 3, 1)", new byte[] {0, 51, (byte) 255, 4, 5, 6, 7, 8, 9, 1, 2, 3});
  private static final byte[] LABELS = NpyBytes.of("<i8", false, "(2, 1)", new byte[] {
      1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

  @TempDir Path folder;

  private void write(byte[] images, byte[] labels) throws IOException {
    for (String part : new String[] {"train", "test"}) {
      Files.write(folder.resolve("x_" + part + ".npy"), images);
      Files.write(folder.resolve("y_" + part + ".npy"), labels);
    }
  }

  private void refused(String message, byte[] images, byte[] labels) throws IOException {
    write(images, labels);
    DataException e = assertThrows(DataException.class, () -> DataFiles.at(folder).load());
    assertEquals(message, e.getMessage().replace(folder + "/", ""));
  }

  private static void assertLoaded(TrainTest data) {
    for (Dataset part : new Dataset[] {data.train(), data.test()}) {
      assertArrayEquals(new int[] {2, 2, 3}, part.features(0, 2).shape());
      assertEquals(51 / 255f, part.features(0, 2).get(0, 1));
      assertEquals(255, part.divisor());
      assertArrayEquals(new int[] {1, 0}, part.labels());
    }
  }

  @Test
  void fourArraysInAFolder() throws IOException {
    write(IMAGES, LABELS);
    assertLoaded(DataFiles.at(folder).load());
  }

  @Test
  void oneArchiveByItsNameOrItsFolder() throws IOException {
    Path file = folder.resolve("set.npz");
    Files.write(
        file,
        NpyBytes.stored(
            "x_test.npy", IMAGES, "x_train.npy", IMAGES, "y_train.npy", LABELS, "y_test.npy", LABELS));
    assertLoaded(DataFiles.at(file).load());
    assertEquals("set.npz", DataFiles.at(file).load().train().name());
    assertLoaded(DataFiles.at(folder).load());
    Files.write(
        file,
        NpyBytes.deflated(
            "train_images.npy", IMAGES, "train_labels.npy", LABELS, "val_images.npy", IMAGES,
            "test_images.npy", IMAGES, "test_labels.npy", LABELS));
    assertLoaded(DataFiles.at(file).load());
    Files.write(file, NpyBytes.stored("x_test.npy", IMAGES, "x_train.npy", IMAGES));
    refuses(
        DataException.class, file + ": there is no array y_train, y_test", () -> DataFiles.at(file).load());
  }

  @Test
  void floatsStayAsTheyAre() throws IOException {
    write(NpyBytes.of("<f4", false, "(2, 2)", NpyBytes.floats(300, -1, 0.5f, 2)), LABELS);
    Dataset train = DataFiles.at(folder).load().train();
    assertArrayEquals(new float[] {300, -1, 0.5f, 2}, train.features(0, 2).toArray());
    assertEquals(1, train.divisor());
    assertArrayEquals(
        new float[] {150, -0.5f, 0.25f, 1},
        DataFiles.at(folder).divisor(2).load().train().features(0, 2).toArray());
    for (float none : new float[] {0, Float.NaN}) {
      refuses(
          "features must be divided by a finite and positive number, not " + none,
          () -> DataFiles.at(folder).divisor(none));
    }
  }

  /** As if the files did not have them; the same label in another place is an error as before. */
  @Test
  void samplesWithAnIgnoredLabelAreLeftOut() throws IOException {
    byte[] features = NpyBytes.of("<f4", false, "(4, 2)", NpyBytes.floats(1, 2, 3, 4, 5, 6, 7, 8));
    for (int ignored : new int[] {-1, -100, 7}) {
      byte value = (byte) ignored;
      for (byte[] labels :
          new byte[][] {
            NpyBytes.of("|i1", false, "(4,)", new byte[] {value, 1, value, 0}),
            NpyBytes.of("<f4", false, "(4,)", NpyBytes.floats(ignored, 1, ignored, 0))}) {
        write(features, labels);
        Dataset train = DataFiles.at(folder).ignoring(ignored).load().train();
        assertArrayEquals(new int[] {1, 0}, train.labels());
        assertArrayEquals(new float[] {3, 4, 7, 8}, train.features(0, 2).toArray());
        assertEquals(2, train.classes());
      }
    }
    assertThrows(DataException.class, () -> DataFiles.at(folder).ignoring(-1).labelsFrom(1).load());
    byte[] none = NpyBytes.of("|i1", false, "(4,)", new byte[] {-1, -1, -1, -1});
    write(features, none);
    refuses(
        DataException.class, folder.getFileName() + ": every sample has the label that is left out",
        () -> DataFiles.at(folder).ignoring(-1).load());
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    byte[] bad = NpyBytes.of("<f4", false, "(2,)", NpyBytes.floats(0, 0.5f));
    refused(
        "y_train.npy: byte 132: the label of sample 1 is not a whole number from 0 to 65535",
        IMAGES, bad);
    byte[] negative = NpyBytes.of("|i1", false, "(2,)", new byte[] {0, -1});
    refused(
        "y_train.npy: byte 129: the label of sample 1 is not a whole number from 0 to 65535",
        IMAGES, negative);
    refused(
        "x_train.npy: features have the shape [samples, ...], not [2]",
        NpyBytes.of("|u1", false, "(2,)", new byte[2]), LABELS);
    refused(
        "y_train.npy: 2 labels for the 3 samples of x_train.npy",
        NpyBytes.of("|u1", false, "(3, 2)", new byte[6]), LABELS);
    refused(
        "y_train.npy: labels have the shape [samples], not [2, 10]: one-hot labels are not read",
        IMAGES, NpyBytes.of("|u1", false, "(2, 10)", new byte[20]));
    refused(
        folder.getFileName() + ": feature 3 of sample 0 is Infinity",
        NpyBytes.of("<f4", false, "(2, 4)", NpyBytes.floats(1, 2, 3, 1 / 0f, 5, 6, 7, 8)), LABELS);
    write(IMAGES, LABELS);
    Files.delete(folder.resolve("y_test.npy"));
    Path missing = folder.resolve("y_test.npy");
    refuses(
        DataException.class, missing + ": cannot be read: " + missing + ": no such file",
        () -> DataFiles.at(folder).load());
  }
}
