package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Allocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four IDX files of a data set under all their names, and how they must fit each other. */
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
    refused(message, DataFiles.at(folder));
  }

  private void refused(String message, DataFiles files) {
    refuses(DataException.class, message.replace("FOLDER", folder.toString()), files::load);
  }

  @Test
  void plainAndGzippedFilesMakeADataSet() {
    TrainTest data = DataFiles.at(folder).load();
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
    assertEquals(256, DataFiles.at(folder).load().train().classes());
  }

  @Test
  void aMissingFileIsNamedWithAllFour() throws IOException {
    Files.delete(folder.resolve(TEST_LABELS));
    refused("no test labels in FOLDER: " + DataFiles.FORMS);
  }

  @Test
  void aFileGoesBeforeAFolderOfItsName() throws IOException {
    Files.delete(folder.resolve(TEST_LABELS));
    Files.createDirectory(folder.resolve(TEST_LABELS));
    refused("no test labels in FOLDER: " + DataFiles.FORMS);
    write(TEST_LABELS + ".gz", IdxBytes.gzip(IdxBytes.of(new byte[] {1, 1}, 2)));
    assertArrayEquals(new int[] {1, 1}, DataFiles.at(folder).load().test().labels());
  }

  @Test
  void aPlainFileGoesBeforeAGzippedOne() throws IOException {
    write(TEST_LABELS + ".gz", IdxBytes.gzip(IdxBytes.of(new byte[] {1, 1}, 2)));
    assertArrayEquals(new int[] {2, 0}, DataFiles.at(folder).load().test().labels());
  }

  private void move(String file, String to) throws IOException {
    Files.createDirectories(folder.resolve(to).getParent());
    Files.move(folder.resolve(file), folder.resolve(to));
  }

  @Test
  void namesWithAPointAndInAFolderBelow() throws IOException {
    move(TRAIN_IMAGES, "raw/train-images.idx3-ubyte");
    move(TRAIN_LABELS + ".gz", "raw/train-labels.idx1-ubyte.gz");
    move(TEST_IMAGES + ".gz", "raw/test-images-idx3-ubyte.gz");
    move(TEST_LABELS, "raw/test-labels-idx1-ubyte");
    assertEquals(3, DataFiles.at(folder).load().train().rows());
  }

  /** EMNIST: several sets in one folder, images on their side, labels from 1. */
  @Test
  void oneOfSeveralSetsIsChosenByItsName() throws IOException {
    move(TRAIN_IMAGES, "emnist-letters-train-images-idx3-ubyte");
    move(TEST_IMAGES + ".gz", "emnist-letters-test-images-idx3-ubyte.gz");
    write("emnist-letters-train-labels-idx1-ubyte", IdxBytes.of(new byte[] {1, 4, 2}, 3));
    write("emnist-letters-test-labels-idx1-ubyte", IdxBytes.of(new byte[] {4, 1}, 2));
    Path letters = folder.resolve("emnist-letters");
    TrainTest data = DataFiles.at(letters).labelsFrom(1).transposed().load();
    assertEquals("emnist-letters", data.train().name());
    assertArrayEquals(new int[] {0, 3, 1}, data.train().labels());
    assertArrayEquals(new int[] {3, 2, 1}, data.train().features(0, 3).shape());
    assertEquals(List.of("2"), data.train().emptyClasses());
    for (String file : List.of("images-idx3", "labels-idx1")) {
      for (String part : List.of("train-", "test-")) {
        Files.copy(
            folder.resolve("emnist-letters-" + part + file + "-ubyte"
                + (part.equals("test-") && file.startsWith("images") ? ".gz" : "")),
            folder.resolve("emnist-digits-" + part + file + "-ubyte"
                + (part.equals("test-") && file.startsWith("images") ? ".gz" : "")));
      }
    }
    refused(
        "several data sets in FOLDER: emnist-digits, emnist-letters; choose one as"
            + " FOLDER/emnist-digits");
    refused(
        "FOLDER/emnist-letters-train-labels-idx1-ubyte: byte 8: the label of sample 0 is not a"
            + " whole number from 2 to 65537",
        DataFiles.at(letters).labelsFrom(2));
  }

  @Test
  void transposedImages() throws IOException {
    write(TRAIN_IMAGES, IdxBytes.of(new byte[] {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}, 2, 2, 3));
    write(TEST_IMAGES + ".gz", IdxBytes.of(new byte[12], 2, 2, 3));
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[] {0, 2}, 2));
    Dataset train = DataFiles.at(folder).transposed().divisor(1).load().train();
    assertArrayEquals(new int[] {2, 3, 2}, train.features(0, 2).shape());
    assertArrayEquals(
        new float[] {1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16}, train.features(0, 2).toArray());
    assertEquals(1, train.divisor());
  }

  @Test
  void labelsOfSeveralColumnsCountByTheirFirst() throws IOException {
    ByteBuffer labels = ByteBuffer.allocate(24);
    labels.putInt(2).putInt(77).putInt(0).putInt(88).putInt(1).putInt(-5);
    Files.delete(folder.resolve(TRAIN_LABELS + ".gz"));
    write("train-labels-idx2-int", IdxBytes.of(0x0c, labels.array(), 3, 2));
    assertArrayEquals(new int[] {2, 0, 1}, DataFiles.at(folder).load().train().labels());
  }

  /** Images stay the bytes that they are in the file. */
  @Test
  void aFileIsNotReadIntoMoreMemoryThanItsSize() throws IOException {
    int rows = 4000;
    write(TRAIN_IMAGES, IdxBytes.of(new byte[rows * 1000], rows, 20, 50));
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[rows], rows));
    write(TEST_IMAGES + ".gz", IdxBytes.of(new byte[2000], 2, 20, 50));
    write(TEST_LABELS, IdxBytes.of(new byte[2], 2));
    DataFiles.at(folder).load();
    long taken = Allocation.of(() -> DataFiles.at(folder).load());
    assertTrue(taken <= rows * 1000 + (1 << 20), taken + " bytes");
  }

  @Test
  void aFifoIsRefusedAndNotWaitedFor() throws Exception {
    Files.delete(folder.resolve(TEST_LABELS));
    Path fifo = folder.resolve(TEST_LABELS);
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    refused(fifo + ": cannot be read: " + fifo + ": not a file");
  }

  @Test
  void hostile51ImagesAndLabelsDifferInNumber() throws IOException {
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[] {0, 2}, 2));
    refused(
        "FOLDER/train-labels-idx1-ubyte.gz: 2 labels for the 3 samples of"
            + " FOLDER/train-images-idx3-ubyte");
  }

  @Test
  void hostile52ATestLabelThatTrainingHasNot() throws IOException {
    write(TEST_LABELS, IdxBytes.of(new byte[] {2, 3}, 2));
    refused(
        "FOLDER/t10k-labels-idx1-ubyte: byte 9: label 3 is not one of the classes 0 to 2 of the"
            + " training labels");
  }

  @Test
  void imagesOfOneDimension() throws IOException {
    write(TRAIN_IMAGES, IdxBytes.of(new byte[3], 3));
    refused("FOLDER/train-images-idx3-ubyte: features have the shape [samples, ...], not [3]");
  }

  @Test
  void labelsOfThreeDimensions() throws IOException {
    write(TRAIN_LABELS + ".gz", IdxBytes.of(new byte[6], 3, 1, 2));
    refused(
        "FOLDER/train-labels-idx1-ubyte.gz: labels have the shape [samples], not [3, 1, 2]");
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
