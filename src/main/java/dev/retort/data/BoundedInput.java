package dev.retort.data;

import module java.base;
import dev.retort.format.Heap;
import dev.retort.format.RegularFile;

/**
 * An untrusted file, plain or gzipped, read from its start to its end: knows its name and position for
 * errors, and how many bytes it can hold at most.
 */
final class BoundedInput {
  /** No deflate stream expands a byte to more than this. */
  private static final long DEFLATE_LIMIT = 1032;

  private static final int CHUNK = 1 << 20;

  private final InputStream in;
  private final String name;
  private final long limit;
  private final int chunk;
  private long position;

  /**
   * @param name what errors call it
   * @param limit bytes that it cannot exceed
   * @param chunk bytes to allocate before as many have been seen
   */
  private BoundedInput(InputStream in, String name, long limit, int chunk) {
    this.in = in;
    this.name = name;
    this.limit = limit;
    this.chunk = chunk;
  }

  /** Makes something of a file. */
  interface Parser<T> {
    T parse(BoundedInput in) throws IOException;
  }

  /** Reads a whole file. */
  static <T> T read(Path file, Parser<T> parser) {
    try (InputStream in = RegularFile.open(file)) {
      return read(in, file.toString(), Files.size(file), parser);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** What is said of a file that the system does not give out. */
  static DataException unreadable(Path file, IOException e) {
    return e instanceof AccessDeniedException
        ? new DataException(file + ": no permission to read it", e)
        : new DataException(file + ": cannot be read: " + e.getMessage(), e);
  }

  /**
   * Reads a whole stream.
   *
   * @param name what errors call it
   * @param size bytes in the stream, before gunzipping
   */
  static <T> T read(InputStream stream, String name, long size, Parser<T> parser)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(stream);
    in.mark(2);
    boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    if (!zipped) {
      return parser.parse(new BoundedInput(in, name, size, Integer.MAX_VALUE));
    }
    try (Gunzip unzipped = new Gunzip(in)) {
      T content = parser.parse(inflated(unzipped, name, size));
      if (unzipped.hasMore()) {
        throw new DataException(name + ": there are bytes after the gzip stream");
      }
      return content;
    } catch (EOFException | ZipException e) {
      String why = e.getMessage() == null ? "it ends too soon" : e.getMessage();
      throw new DataException(name + ": the gzip stream is broken: " + why, e);
    }
  }

  /** A stream that comes out of at most {@code size} deflated bytes. */
  static BoundedInput inflated(InputStream in, String name, long size) {
    return new BoundedInput(in, name, size * DEFLATE_LIMIT, CHUNK);
  }

  String name() {
    return name;
  }

  long position() {
    return position;
  }

  /** An error at a byte of the file. */
  DataException wrong(long at, String what) {
    return new DataException(name, at, what);
  }

  /**
   * Reads a part of the header.
   *
   * @param kind of file, for the error if it ends here
   */
  byte[] header(int length, String kind) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    if (bytes.length < length) {
      throw wrong(position, "not " + kind + ": it ends within the header");
    }
    return bytes;
  }

  /**
   * Reads the rest, which must be {@code size} bytes. Memory grows with what has arrived, not with
   * what was promised.
   *
   * @param at where in the file the size is promised
   * @param promise the first words of an error about it
   */
  byte[] rest(long size, long at, String promise) throws IOException {
    if (size > limit - position) {
      throw wrong(at, promise + " " + size + " bytes, more than the file can hold");
    }
    byte[] data = {};
    int filled = 0;
    do {
      byte[] larger =
          Heap.bytes(
              Math.min(size, Math.max(chunk, 2L * filled)),
              why -> wrong(at, promise + " " + size + " bytes; " + why));
      System.arraycopy(data, 0, larger, 0, filled);
      data = larger;
      filled += in.readNBytes(data, filled, data.length - filled);
      if (filled < data.length) {
        throw wrong(position + filled, "the data end after " + filled + " of " + size + " bytes");
      }
    } while (filled < size);
    position += size;
    if (in.read() >= 0) {
      throw wrong(position, "there are bytes after the " + size + " that are promised");
    }
    return data;
  }
}
