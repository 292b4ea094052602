package dev.retort.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four files of a data set, and how they must fit each other. */
class IdxFolderTest {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  @TempDir Path folder;

  @BeforeEach
  void soundFiles() throws IOException {
    write(TRAIN_IMAGES, IdxBytes.of(new byte[] {0, 51, 102, (byte) 255, 7, 8}, 3, 1, 2));
    write(TRAIN_LABELS + ".gz", IdxBytes.gzip(IdxBytes.of(new byte[] {0, 2, 1}, 3)));
    write(TEST_IMAGES + ".gz", IdxBytes.gzip(IdxBytes.of(new byte[] {1, 2, 3, 4}, 2, 1, 2)));
    write(TEST_LABELS, IdxBytes.of(new byte[] {2, 0}, 2));
  }

  private void write(String file, byte[] bytes) throws IOException {
    Files.write(folder.resolve(file), bytes);
  }

  private void refused(String message) {
    DataException e = assertThrows(DataException.class, () -> Idx.load(folder));
    assertEquals(message.replace("FOLDER", folder.toString()), e.getMessage());
  }

  @Test
  void plainAndGzippedFilesMakeADataSet() {
    TrainTest data = Idx.load(folder);
    assertArrayEquals(new int[] {3, 1, 2}, data.train().features(0, 3).shape());
    assertArrayEquals(
        new float[] {0, 51 / 255f, 102 / 255f, 1, 7 / 255f, 8 / 255f},
        data.train().features(0, 3).toArray());
    assertArrayEquals(new int[] {0, 2, 1}, data.train().labels());
    assertEquals(3, data.train().classes());
    assertArrayEquals(new int[] {2, 1, 2}, data.test().features(0, 2).shape());
    assertArrayEquals(new int[] {2, 0}, data.test().labels());
    assertEquals(3, data.test().classes());
    assertEquals(folder.getFileName().toString(), data.train().name());
  }

  @Test
  void theHighestLabelIs255() throws IOException {
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[] {0, (byte) 255, 1}, 3));
    assertEquals(256, Idx.load(folder).train().classes());
  }

  @Test
  void aMissingFileIsNamedWithAllFour() throws IOException {
    Files.delete(folder.resolve(TEST_LABELS));
    refused(
        "no t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz in FOLDER: a data folder needs the"
            + " four files train-images-idx3-ubyte, train-labels-idx1-ubyte,"
            + " t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, each plain or .gz");
  }

  @Test
  void aFileThatCannotBeRead() throws IOException {
    Files.delete(folder.resolve(TEST_LABELS));
    Files.createDirectory(folder.resolve(TEST_LABELS));
    DataException e = assertThrows(DataException.class, () -> Idx.load(folder));
    String start = folder.resolve(TEST_LABELS) + ": cannot be read: ";
    assertTrue(e.getMessage().startsWith(start), e::getMessage);
  }

  @Test
  void imagesAndLabelsDifferInNumber() throws IOException {
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[] {0, 2}, 2));
    refused(
        "FOLDER/train-labels-idx1-ubyte.gz: byte 4: 2 labels for the 3 images of"
            + " FOLDER/train-images-idx3-ubyte");
  }

  @Test
  void aTestLabelThatTrainingHasNot() throws IOException {
    write(TEST_LABELS, IdxBytes.of(new byte[] {2, 3}, 2));
    refused(
        "FOLDER/t10k-labels-idx1-ubyte: byte 9: label 3 is not one of the classes 0 to 2 of the"
            + " training labels");
  }

  @Test
  void imagesOfOneDimension() throws IOException {
    write(TRAIN_IMAGES, IdxBytes.of(new byte[3], 3));
    refused("FOLDER/train-images-idx3-ubyte: byte 3: 1 dimension; images need 2 to 4");
  }

  @Test
  void labelsOfTwoDimensions() throws IOException {
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[3], 3, 1));
    refused("FOLDER/train-labels-idx1-ubyte.gz: byte 3: 2 dimensions; labels need 1");
  }

  @Test
  void testImagesOfAnotherSize() throws IOException {
    write(TEST_IMAGES + ".gz", IdxBytes.of(new byte[6], 2, 1, 3));
    refused(
        "FOLDER/t10k-images-idx3-ubyte.gz: samples of 3 features, those of"
            + " FOLDER/train-images-idx3-ubyte have 2");
  }

  @Test
  void aHostileFileIsNamed() throws IOException {
    write(TEST_IMAGES + ".gz", new byte[] {0x1f, (byte) 0x8b});
    refused("FOLDER/t10k-images-idx3-ubyte.gz: the gzip stream is broken: it ends too soon");
  }
}
