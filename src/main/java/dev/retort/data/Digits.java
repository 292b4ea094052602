package dev.retort.data;

import module java.base;

/**
 * The embedded digits: 10,000 training and 2,000 test images of MNIST (LeCun, Cortes and Burges; CC BY-SA 3.0), each
 * class with its share of the official training and test set. They travel in a jar of their own, classifier {@code
 * digits}.
 */
public final class Digits {
  /** No legal package name, so that no module hides it. */
  static final String FOLDER = "retort-digits/";

  private Digits() {}

  /**
   * {@return the digits, 10,000 to train on and 2,000 to test on, 28 x 28 pixels from 0 to 1}
   *
   * @throws DataException if they are not on the class path or module path
   */
  public static TrainTest load() {
    return DataFiles.at(Path.of("embedded digits")).arrays(IdxFiles.NAMES.stream().map(Digits::read).toList());
  }

  private static DataArray read(String name) {
    String file = FOLDER + name + ".gz";
    return BoundedInput.naming(
        Path.of(file),
        _ -> {
          try (InputStream in = Digits.class.getClassLoader().getResourceAsStream(file)) {
            if (in == null) {
              throw new DataException(
                  "the embedded digits are not there: add Retort's jar with classifier 'digits' to the"
                      + " class path, or give the folder of a data set");
            }
            byte[] bytes = in.readAllBytes();
            return BoundedInput.read(new ByteArrayInputStream(bytes), file, bytes.length, Idx::parse);
          }
        });
  }
}
