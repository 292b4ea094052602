package dev.retort.spark;

import module java.base;
import dev.retort.model.Classifier;
import dev.retort.model.ModelException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One or more trained networks with the same inputs and classes. The bytes of their files travel; a broadcast makes
 * classifiers of them once on each executor.
 */
final class Models implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<byte[]> files = new ArrayList<>();
  private transient List<Classifier> classifiers;

  /**
   * Reads and checks model files.
   *
   * @param names of files on any file system that Hadoop knows, at least one
   * @throws IllegalArgumentException if a file cannot be read, is no model, or does not match the first
   */
  static Models read(List<String> names, Configuration hadoop) {
    Models models = new Models();
    for (String name : names) {
      byte[] bytes = bytes(name, hadoop);
      Classifier classifier = classifier(name, bytes);
      models.files.add(bytes);
      Classifier first = models.classifiers().getFirst();
      if (classifier.inputs() != first.inputs() || classifier.classes() != first.classes()
          || classifier.info().divisor() != first.info().divisor()) {
        throw new IllegalArgumentException(
            "model " + name + ": " + shape(classifier) + ", where " + names.getFirst() + " has " + shape(first)
                + "; the teachers of an ensemble must agree");
      }
    }
    models.classifiers = null;
    return models;
  }

  private static byte[] bytes(String name, Configuration hadoop) {
    Path path = new Path(name);
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException("model " + name + ": no such file", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("model " + name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Classifier classifier(String name, byte[] bytes) {
    try {
      return Classifier.load(bytes);
    } catch (ModelException e) {
      throw new IllegalArgumentException("model " + name + ": " + e.getMessage(), e);
    }
  }

  private static String shape(Classifier classifier) {
    return classifier.inputs() + " features, " + classifier.classes() + " classes and a divisor of "
        + classifier.info().divisor();
  }

  /** The classifiers, loaded by whoever asks first. */
  synchronized List<Classifier> classifiers() {
    if (classifiers == null) {
      classifiers = files.stream().map(Classifier::load).toList();
    }
    return classifiers;
  }

  int inputs() {
    return classifiers().getFirst().inputs();
  }

  int classes() {
    return classifiers().getFirst().classes();
  }

  /** What raw bytes such as pixels are divided by. */
  float divisor() {
    return classifiers().getFirst().info().divisor();
  }

  /** The first file's bytes, not to be modified. */
  byte[] file() {
    return files.getFirst();
  }

  /** The SHA-256 of each file. */
  List<String> digests() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return files.stream().map(file -> HexFormat.of().formatHex(sha256.digest(file))).toList();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
