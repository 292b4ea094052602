package dev.retort.data;

import module java.base;
import dev.retort.format.Heap;
import dev.retort.format.RegularFile;

/**
 * An untrusted file, plain or gzipped, read from its start to its end: knows its name and position for errors, and how
 * many bytes it can hold at most.
 */
final class BoundedInput {
  /** No deflate stream expands a byte to more than this. */
  private static final long DEFLATE_LIMIT = 1032;

  private final InputStream in;
  private final String name;
  private final long size;
  private final boolean isDeflated;
  private long position;

  /** A file that errors call {@code name}, or a part of it; comes out of {@code size} bytes, deflated or plain. */
  BoundedInput(InputStream in, String name, long size, boolean isDeflated) {
    this.in = in;
    this.name = name;
    this.size = size;
    this.isDeflated = isDeflated;
  }

  /** Makes something of what is read. */
  interface Reading<F, T> {
    T of(F from) throws IOException;
  }

  /** What is read, or an error in words: what the system refuses, and a lack of memory, name the file. */
  static <T> T naming(Path file, Reading<Path, T> reading) {
    try {
      return reading.of(file);
    } catch (OutOfMemoryError e) {
      throw new DataException(file + ": too large for the memory of this JVM; give it more with -Xmx", e);
    } catch (IOException | UncheckedIOException e) {
      Throwable why = e instanceof UncheckedIOException ? Objects.requireNonNull(e.getCause()) : e;
      String what = switch (why) {
        case AccessDeniedException _ -> "no permission to read it";
        case CharacterCodingException _ -> "it is not UTF-8";
        default -> "cannot be read: " + why.getMessage();
      };
      throw new DataException(file + ": " + what, why);
    }
  }

  /** Opens a file, with errors in words. */
  static <T> T open(Path file, Reading<InputStream, T> reading) {
    return naming(
        file,
        _ -> {
          try (InputStream in = Files.newInputStream(RegularFile.require(file))) {
            return reading.of(in);
          }
        });
  }

  /** Reads a whole file. */
  static DataArray read(Path file, Reading<BoundedInput, DataArray> parser) {
    return open(file, in -> read(in, file.toString(), Files.size(file), parser));
  }

  /** Reads a whole stream that errors call {@code name}, of {@code size} bytes before gunzipping. */
  static DataArray read(InputStream stream, String name, long size, Reading<BoundedInput, DataArray> parser)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(stream);
    in.mark(2);
    boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    if (!zipped) {
      return parser.of(new BoundedInput(in, name, size, false));
    }
    try (Gunzip unzipped = new Gunzip(in)) {
      DataArray content = parser.of(new BoundedInput(unzipped, name, size, true));
      DataException.require(!unzipped.hasMore(), name + ": there are bytes after the gzip stream");
      return content;
    } catch (EOFException | ZipException e) {
      String why = e.getMessage() == null ? "it ends too soon" : e.getMessage();
      throw new DataException(name + ": the gzip stream is broken: " + why, e);
    }
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

  /** Throws an error at a byte of the file unless something holds. */
  void require(boolean holds, long at, String otherwise) {
    if (!holds) {
      throw wrong(at, otherwise);
    }
  }

  /** Reads a part of the header; {@code kind} is that of the file, for the error if it ends here. */
  byte[] header(int length, String kind) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    require(bytes.length == length, position, "not " + kind + ": it ends within the header");
    return bytes;
  }

  /**
   * Reads the rest, which must be {@code length} bytes; an error begins with {@code promise}, and says that the length
   * is promised {@code at} that byte. Memory grows with what has arrived, not with what was promised.
   */
  byte[] rest(int length, long at, String promise) throws IOException {
    String promised = promise + " " + length + " bytes";
    long limit = isDeflated ? size * DEFLATE_LIMIT : size;
    require(length <= limit - position, at, promised + ", more than the file can hold");
    byte[] data =
        isDeflated
            ? in.readNBytes(length)
            : Heap.array(length, Byte.BYTES, byte[]::new, why -> wrong(at, promised + "; " + why));
    int filled = isDeflated ? data.length : in.readNBytes(data, 0, length);
    require(filled == length, position + filled, "the data end after " + filled + " of " + length + " bytes");
    position += length;
    require(in.read() < 0, position, "there are bytes after the " + length + " that are promised");
    return data;
  }

  /** Gunzips an untrusted stream. */
  static final class Gunzip extends GZIPInputStream {
    static final int BUFFER = 1 << 16;

    /** CRC and length after the deflated bytes, which the inflater leaves alone. */
    static final int TRAILER = 8;

    private static final int MAX_EMPTY_MEMBERS = 64;

    private int members;

    Gunzip(InputStream in) throws IOException {
      super(in, BUFFER);
    }

    /**
     * The JDK reads on by recursion when a gzip member turns out to be empty; a long row of such members would overflow
     * the stack.
     */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (members == MAX_EMPTY_MEMBERS) {
        throw new ZipException("more than " + MAX_EMPTY_MEMBERS + " empty members in a row");
      }
      members++;
      try {
        return super.read(buffer, offset, length);
      } finally {
        members--;
      }
    }

    /** At the end of the unzipped data: whether bytes follow that are no gzip member. */
    boolean hasMore() throws IOException {
      return inf.getRemaining() > TRAILER || in.read() >= 0;
    }
  }
}
