package dev.retort.data;

import module java.base;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes given to a reader are read, or refused with a {@link DataException}; nothing else comes of
 * them. The normal tests run the files under {@code src/test/resources}; the profile {@code fuzz}
 * looks for others.
 */
@Tag("fuzz")
class DataFuzzTest {
  private static final String DURATION = "10m";

  private static ByteArrayInputStream stream(byte[] file) {
    return new ByteArrayInputStream(file);
  }

  @FuzzTest(maxDuration = DURATION)
  void idx(byte[] file) throws IOException {
    try {
      DataArray array = BoundedInput.read(stream(file), "x", file.length, Idx::parse);
      array.tensor();
      array.firstColumn().wholes();
    } catch (DataException e) {
      // As it should be.
    }
  }

  @FuzzTest(maxDuration = DURATION)
  void npy(byte[] file) throws IOException {
    try {
      BoundedInput.read(stream(file), "x", file.length, Npy::parse).tensor();
    } catch (DataException e) {
      // As it should be.
    }
  }

  @FuzzTest(maxDuration = DURATION)
  void npz(byte[] file) throws IOException {
    try {
      Npz.read(stream(file), "x", file.length, Set.of("a", "x_train"))
          .values()
          .forEach(DataArray::tensor);
    } catch (DataException e) {
      // As it should be.
    }
  }

  @FuzzTest(maxDuration = DURATION)
  void csv(byte[] file) throws IOException {
    Path path = Path.of("target", "fuzz.csv");
    Files.deleteIfExists(path); // Linux forces a file that is written over to the disk, which takes 5 ms
    Files.write(path, file);
    try {
      Csv csv = Csv.read(path, Optional.of("label"));
      OptionalInt ignored = OptionalInt.of(-1);
      csv.dataset("x", csv.classNames(0, ignored), ignored, 1);
    } catch (DataException e) {
      // As it should be.
    }
  }
}
