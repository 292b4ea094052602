package dev.retort.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;

/**
 * The IDX format of the MNIST files, plain or gzipped: two zero bytes, a type (only 0x08, unsigned
 * bytes, is read), the number of dimensions, the dimensions as big-endian 32-bit integers, the
 * data.
 *
 * <p>A file is checked whole before anything is made of it.
 */
public final class Idx {
  /** Training images and labels, test images and labels. */
  private static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_DIMENSIONS = 4;

  /** No deflate stream expands a byte to more than this. */
  private static final long DEFLATE_LIMIT = 1032;

  /** Memory for an element: its byte, and a shorter copy of it while the array grows. */
  private static final long BYTES_AN_ELEMENT = 2;

  private static final int CHUNK = 1 << 20;

  private Idx() {}

  /**
   * The content of a file.
   *
   * @param name what errors call the file
   * @param shape dimensions
   * @param data row-major bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Content(String name, int[] shape, byte[] data) {}

  /**
   * A data set from the four files of MNIST, or others in that form, each with or without {@code
   * .gz}: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code
   * t10k-images-idx3-ubyte}, {@code t10k-labels-idx1-ubyte}. Sizes come from the files, the number of
   * classes from the training labels; bytes become 0 to 1.
   *
   * @param folder where the files are; its name becomes the data set's
   * @return training and test set, features [samples, height, width]
   * @throws DataException if a file is missing, cannot be read or is not what it should be
   */
  public static TrainTest load(Path folder) {
    Path last = folder.getFileName();
    String name = last == null ? folder.toString() : last.toString();
    return trainTest(
        name,
        read(find(folder, FILES.get(0))),
        read(find(folder, FILES.get(1))),
        read(find(folder, FILES.get(2))),
        read(find(folder, FILES.get(3))));
  }

  static TrainTest trainTest(
      String name, Content images, Content labels, Content testImages, Content testLabels) {
    int classes = 1;
    for (byte label : labels.data()) {
      classes = Math.max(classes, 1 + Byte.toUnsignedInt(label));
    }
    Dataset train = dataset(name, images, labels, classes);
    Dataset test = dataset(name, testImages, testLabels, classes);
    if (train.rowSize() != test.rowSize()) {
      throw new DataException(
          testImages.name() + ": samples of " + test.rowSize() + " features, those of "
              + images.name() + " have " + train.rowSize());
    }
    return new TrainTest(train, test);
  }

  private static Dataset dataset(String name, Content images, Content labels, int classes) {
    if (images.shape().length < 2) {
      throw new DataException(
          images.name(), 3, "1 dimension; images need 2 to " + MAX_DIMENSIONS);
    }
    if (labels.shape().length != 1) {
      throw new DataException(
          labels.name(), 3, labels.shape().length + " dimensions; labels need 1");
    }
    if (images.shape()[0] != labels.shape()[0]) {
      throw new DataException(
          labels.name(), 4, labels.shape()[0] + " labels for the " + images.shape()[0]
              + " images of " + images.name());
    }
    int[] ints = new int[labels.data().length];
    Arrays.setAll(ints, i -> Byte.toUnsignedInt(labels.data()[i]));
    for (int i = 0; i < ints.length; i++) {
      if (ints[i] >= classes) {
        throw new DataException(
            labels.name(), headerSize(1) + i, "label " + ints[i]
                + " is not one of the classes 0 to " + (classes - 1) + " of the training labels");
      }
    }
    return new Dataset(name, new Features.Bytes(images.data()), images.shape(), ints, classes);
  }

  private static Path find(Path folder, String file) {
    Path plain = folder.resolve(file);
    Path zipped = folder.resolve(file + ".gz");
    if (!Files.exists(plain) && !Files.exists(zipped)) {
      throw new DataException(
          "no " + file + " or " + file + ".gz in " + folder + ": a data folder needs the four"
              + " files " + String.join(", ", FILES) + ", each plain or .gz");
    }
    return Files.exists(plain) ? plain : zipped;
  }

  static Content read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), Files.size(file), Runtime.getRuntime().maxMemory());
    } catch (AccessDeniedException e) {
      throw new DataException(file + ": no permission to read it", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a whole stream.
   *
   * @param name what errors call it
   * @param size bytes in the stream, before gunzipping
   * @param memory bytes that there is room for
   */
  static Content read(InputStream stream, String name, long size, long memory)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(stream);
    in.mark(2);
    boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    if (!zipped) {
      return parse(in, name, size, memory, Integer.MAX_VALUE);
    }
    try (Gunzip unzipped = new Gunzip(in)) {
      Content content = parse(unzipped, name, size * DEFLATE_LIMIT, memory, CHUNK);
      if (unzipped.hasMore()) {
        throw new DataException(name + ": there are bytes behind the gzip stream");
      }
      return content;
    } catch (EOFException | ZipException e) {
      String why = e.getMessage() == null ? "it ends too soon" : e.getMessage();
      throw new DataException(name + ": the gzip stream is broken: " + why, e);
    }
  }

  /**
   * Reads header and data.
   *
   * @param limit bytes that the stream cannot exceed
   * @param chunk bytes to allocate before as many have been seen
   */
  private static Content parse(InputStream in, String name, long limit, long memory, int chunk)
      throws IOException {
    byte[] magic = header(in, name, 0, 4);
    if (magic[0] != 0 || magic[1] != 0) {
      throw new DataException(
          name, 0, "not an IDX file: the first two bytes are not zero");
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
    int[] shape = shape(ByteBuffer.wrap(header(in, name, 4, 4 * dimensions)), name, dimensions);
    long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    int start = headerSize(dimensions);
    String promise = "the dimensions " + Arrays.toString(shape) + " promise " + size + " bytes";
    if (size > limit - start) {
      throw new DataException(name, 4, promise + ", more than the file can hold");
    }
    if (size > memory / BYTES_AN_ELEMENT) {
      throw new DataException(
          name, 4, promise + ", too many for the memory of this JVM; give it more with -Xmx");
    }
    return new Content(name, shape, body(in, name, start, (int) size, chunk));
  }

  private static int[] shape(ByteBuffer sizes, String name, int dimensions) {
    int[] shape = new int[dimensions];
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      long dimension = Integer.toUnsignedLong(sizes.getInt());
      if (dimension == 0) {
        throw new DataException(name, 4 + 4L * i, "a dimension is 0, so there are no samples");
      }
      // The product so far is below 2^31 and the dimension below 2^32: no overflow.
      size *= dimension;
      if (size > Integer.MAX_VALUE) {
        throw new DataException(name, 4 + 4L * i, "the dimensions exceed 2^31 - 1 bytes");
      }
      shape[i] = (int) dimension;
    }
    return shape;
  }

  private static int headerSize(int dimensions) {
    return 4 + 4 * dimensions;
  }

  private static byte[] header(InputStream in, String name, int offset, int length)
      throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new DataException(
          name, offset + bytes.length, "not an IDX file: it ends within the header");
    }
    return bytes;
  }

  /** Memory grows with what has arrived, not with what was promised. */
  private static byte[] body(InputStream in, String name, int start, int size, int chunk)
      throws IOException {
    byte[] data = new byte[Math.min(size, chunk)];
    int filled = 0;
    while (true) {
      filled += in.readNBytes(data, filled, data.length - filled);
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
}
