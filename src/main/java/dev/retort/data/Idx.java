package dev.retort.data;

import dev.retort.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The IDX format of the MNIST files, plain or gzipped: two zero bytes, a type (only 0x08, unsigned
 * bytes, is read), the number of dimensions, the dimensions as big-endian 32-bit integers, the data.
 *
 * <p>A file is checked whole before anything is made of it.
 */
public final class Idx {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_DIMENSIONS = 4;

  /** No deflate stream expands a byte to more than this. */
  private static final long DEFLATE_LIMIT = 1032;

  private static final int CHUNK = 1 << 20;

  private Idx() {}

  /**
   * The content of a file.
   *
   * @param shape dimensions
   * @param data row-major bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Content(int[] shape, byte[] data) {}

  /**
   * A data set from the four files of MNIST, or others in that form, each with or without {@code .gz}:
   * {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte},
   * {@code t10k-labels-idx1-ubyte}. Sizes come from the files, the number of classes from the training
   * labels; bytes become 0 to 1.
   *
   * @throws DataException if a file is missing, cannot be read or is not what it should be
   */
  public static TrainTest load(Path folder) {
    String name = folder.getFileName() == null ? folder.toString() : folder.getFileName().toString();
    return trainTest(
        name,
        read(find(folder, "train-images-idx3-ubyte")),
        read(find(folder, "train-labels-idx1-ubyte")),
        read(find(folder, "t10k-images-idx3-ubyte")),
        read(find(folder, "t10k-labels-idx1-ubyte")));
  }

  static TrainTest trainTest(
      String name, Content images, Content labels, Content testImages, Content testLabels) {
    int classes = 1;
    for (byte label : labels.data()) {
      classes = Math.max(classes, 1 + Byte.toUnsignedInt(label));
    }
    Dataset train = dataset(name + " (training)", images, labels, classes);
    Dataset test = dataset(name + " (test)", testImages, testLabels, classes);
    if (train.rowSize() != test.rowSize()) {
      throw new DataException(
          name + ": training samples have " + train.rowSize() + " features, test samples "
              + test.rowSize());
    }
    return new TrainTest(train, test);
  }

  private static Dataset dataset(String name, Content images, Content labels, int classes) {
    if (images.shape().length < 2 || labels.shape().length != 1) {
      throw new DataException(
          name + ": images need 2 to " + MAX_DIMENSIONS + " dimensions and labels 1, not "
              + images.shape().length + " and " + labels.shape().length);
    }
    if (images.shape()[0] != labels.shape()[0]) {
      throw new DataException(
          name + " has " + images.shape()[0] + " images but " + labels.shape()[0] + " labels");
    }
    float[] features = new float[images.data().length];
    for (int i = 0; i < features.length; i++) {
      features[i] = Byte.toUnsignedInt(images.data()[i]) / 255f;
    }
    int[] ints = new int[labels.data().length];
    Arrays.setAll(ints, i -> Byte.toUnsignedInt(labels.data()[i]));
    return new Dataset(name, Tensor.of(features, images.shape()), ints, classes);
  }

  private static Path find(Path folder, String file) {
    Path plain = folder.resolve(file);
    Path zipped = folder.resolve(file + ".gz");
    if (!Files.exists(plain) && !Files.exists(zipped)) {
      throw new DataException(
          "no " + file + " or " + file + ".gz in " + folder + ": a data folder needs the four"
              + " files {train,t10k}-{images-idx3,labels-idx1}-ubyte");
    }
    return Files.exists(plain) ? plain : zipped;
  }

  static Content read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), Files.size(file));
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a whole stream.
   *
   * @param name what errors call it
   * @param size bytes in the stream, before gunzipping
   */
  static Content read(InputStream stream, String name, long size) throws IOException {
    BufferedInputStream in = new BufferedInputStream(stream);
    in.mark(2);
    boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    try (InputStream plain = zipped ? new GZIPInputStream(in, 1 << 16) : in) {
      return parse(plain, name, zipped ? size * DEFLATE_LIMIT : size);
    } catch (EOFException | ZipException e) {
      throw new DataException(name + ": the gzip stream is cut short or broken", e);
    }
  }

  private static Content parse(InputStream in, String name, long limit) throws IOException {
    byte[] magic = header(in, name, 0, 4);
    if (magic[0] != 0 || magic[1] != 0) {
      throw new DataException(name, 0, "an IDX file begins with two zero bytes");
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw new DataException(
          name, 2, String.format("type 0x%02x; only 0x08, unsigned bytes, is read", magic[2]));
    }
    int dimensions = Byte.toUnsignedInt(magic[3]);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new DataException(
          name, 3, dimensions + " dimensions; 1 to " + MAX_DIMENSIONS + " are read");
    }
    ByteBuffer sizes = ByteBuffer.wrap(header(in, name, 4, 4 * dimensions));
    int[] shape = new int[dimensions];
    int start = 4 + 4 * dimensions;
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      long dimension = Integer.toUnsignedLong(sizes.getInt());
      // Both factors are below 2^32 and the product so far below 2^31: no overflow.
      size *= dimension;
      if (size > Integer.MAX_VALUE || dimension > Integer.MAX_VALUE) {
        throw new DataException(name, 4 + 4L * i, "the dimensions exceed 2^31 - 1 bytes");
      }
      shape[i] = (int) dimension;
    }
    if (size > limit - start && size > 0) {
      throw new DataException(
          name, start, "the dimensions " + Arrays.toString(shape) + " promise " + size
              + " bytes, more than the file can hold");
    }
    return new Content(shape, body(in, name, start, (int) size));
  }

  private static byte[] header(InputStream in, String name, int offset, int length)
      throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new DataException(name, offset + bytes.length, "the file ends within its header");
    }
    return bytes;
  }

  /** Memory grows with what has arrived, not with what was promised. */
  private static byte[] body(InputStream in, String name, int start, int size)
      throws IOException {
    byte[] data = new byte[Math.min(size, CHUNK)];
    int filled = 0;
    while (true) {
      int read = in.readNBytes(data, filled, data.length - filled);
      filled += read;
      if (filled < data.length) {
        throw new DataException(
            name, start + (long) filled, "the data end after " + filled + " of " + size + " bytes");
      }
      if (filled == size) {
        break;
      }
      data = Arrays.copyOf(data, (int) Math.min(size, 2L * data.length));
    }
    if (in.read() >= 0) {
      throw new DataException(
          name, start + (long) size, "there are bytes behind the " + size + " that are promised");
    }
    return data;
  }

  /** Writes an IDX file of unsigned bytes. */
  static void write(OutputStream out, Content content) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * content.shape().length);
    header.put((byte) 0).put((byte) 0).put((byte) UNSIGNED_BYTE);
    header.put((byte) content.shape().length);
    for (int dimension : content.shape()) {
      header.putInt(dimension);
    }
    out.write(header.array());
    out.write(content.data());
  }
}
