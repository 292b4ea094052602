package dev.retort.model;

import module java.base;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.format.AtomicFile;
import dev.retort.format.ElementType;
import dev.retort.format.Heap;
import dev.retort.format.RegularFile;
import dev.retort.format.Sha256;
import dev.retort.tensor.Tensor;

/**
 * The tensors and the text of a <a href="https://github.com/huggingface/safetensors">safetensors</a> file: eight bytes
 * that hold the length of a JSON header, the header, the data of the tensors, little-endian.
 *
 * <p>Reading trusts nothing: a file that breaks a rule of the format is a {@link ModelException}, and reading takes at
 * most twice the memory that the file takes, 14 times its header and 1 MiB. A file is mapped, not copied: a tensor is
 * read when it is asked for, and the others cost nothing. Writing is deterministic, and replaces a file as a whole.
 */
public final class SafeTensors {
  /** What the format allows. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final int BUFFER = 1 << 16;
  private static final byte[] LFS = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final MemorySegment bytes;
  private final Header header;
  private final long dataStart;

  /**
   * {@return the tensors and the text of a file, whose header is checked; it is mapped for as long as this object
   * lives}
   *
   * @param file not modified
   * @throws ModelException if it is not a valid safetensors file
   * @throws java.nio.file.NoSuchFileException if it does not exist
   * @throws IOException if it cannot be read
   */
  public static SafeTensors read(Path file) throws IOException {
    return read(file, Arena.ofAuto());
  }

  /**
   * {@return the same, mapped until a known time: Windows replaces no file that is mapped}
   *
   * @param file not modified
   * @param arena ends the map as it is closed; the tensors read are copies
   * @throws ModelException if it is not a valid safetensors file
   * @throws java.nio.file.NoSuchFileException if it does not exist
   * @throws IOException if it cannot be read
   */
  public static SafeTensors read(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(RegularFile.require(file))) {
      return new SafeTensors(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    }
  }

  /** The same of a file in memory that errors call {@code name}; the bytes are kept and shared. */
  static SafeTensors read(Path name, byte[] bytes) {
    return new SafeTensors(name, MemorySegment.ofArray(bytes));
  }

  private SafeTensors(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    long size = bytes.byteSize();
    byte[] json =
        Heap.array(
            headerLength(size), Byte.BYTES, byte[]::new, why -> new ModelException(file, 0, "the header: " + why));
    dataStart = Header.START + json.length;
    copy(Header.START, json, json.length);
    header = Header.parse(file, json, size);
    header.checkCover(file, dataStart, size);
  }

  private long headerLength(long size) {
    byte[] start = new byte[(int) Math.min(size, LFS.length)];
    copy(0, start, start.length);
    ModelException.require(
        !Arrays.equals(start, LFS), file, 0, "this is a Git LFS pointer, not the model: fetch it with 'git lfs pull'");
    ModelException.require(
        size >= Header.START, file, size, "the file ends inside its first " + Header.START + " bytes");
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    ModelException.require(
        length > 0 && length <= LONGEST_HEADER, file, 0,
        "not a safetensors file: a header of " + Long.toUnsignedString(length) + " bytes, where 1 to "
            + LONGEST_HEADER + " are allowed");
    ModelException.require(
        length <= size - Header.START, file, 0, "a header of " + length + " bytes in a file of " + size);
    return length;
  }

  /** Copies bytes of the file; one that has been cut off since it was mapped is an error. */
  private void copy(long from, byte[] into, int count) {
    try {
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, into, 0, count);
    } catch (InternalError e) {
      throw new ModelException(file, from, "the file ended while it was read: did it shrink?");
    }
  }

  /** {@return the text that came with the tensors, by key} */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** {@return the names of the tensors, in the order of the header} */
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries().keySet());
  }

  /**
   * {@return a tensor's elements as float32, in its shape; a scalar, of shape [], as [1]}
   *
   * @param name one of {@link #names}
   * @throws ModelException if there is none of that name, its elements are no numbers that are read (F16, BF16, F32,
   *     F64, BOOL and integers are), or it is more than a {@link Tensor} or the memory can hold
   */
  public Tensor tensor(String name) {
    Header.Entry entry = entry(name);
    if (!entry.type().isReadable()) {
      throw wrong(name, entry.at(), "dtype " + entry.type() + " is not read; F16, BF16, F32, F64 and integers are");
    }
    long[] shape = entry.shape().length == 0 ? new long[] {1} : entry.shape();
    try {
      return Tensor.of(floats(entry), Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
    } catch (IllegalArgumentException | ArithmeticException e) { // zero times huge
      throw wrong(name, entry.at(), "shape " + Arrays.toString(shape) + " is more than this engine can hold");
    }
  }

  /** The elements, a buffer at a time: a fault in a copy of bytes is told at once. */
  private float[] floats(Header.Entry entry) {
    int width = entry.type().width();
    long size = (entry.end() - entry.begin()) / width;
    float[] values = Heap.array(size, Float.BYTES, float[]::new, why -> wrong(entry.name(), entry.at(), why));
    byte[] buffer = new byte[Math.min(BUFFER / width, values.length) * width];
    for (int at = 0, count; at < values.length; at += count) {
      count = Math.min(buffer.length / width, values.length - at);
      copy(dataStart + entry.begin() + (long) at * width, buffer, count * width);
      entry.type().decode(ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN), values, at, count);
    }
    return values;
  }

  /** {@return the shape of a tensor, one of {@link #names}} */
  long[] shape(String name) {
    return entry(name).shape();
  }

  private Header.Entry entry(String name) {
    Header.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new ModelException(file, "there is no tensor " + Header.quote(name));
    }
    return entry;
  }

  private ModelException wrong(String name, long at, String what) {
    return new ModelException(file, at, "tensor " + Header.quote(name) + ": " + what);
  }

  /** An error about one element of a tensor, counted in row-major order. */
  ModelException wrongElement(String name, int element, String what) {
    Header.Entry entry = entry(name);
    return wrong(name, dataStart + entry.begin() + (long) element * entry.type().width(), what);
  }

  /**
   * Writes a file, crash safe: temporary file in the same folder, forced to the disk, moved over the old file in one
   * step. Equal arguments give equal bytes.
   *
   * @param file written, or written over
   * @param metadata text to go with the tensors
   * @param tensors by name
   * @return the SHA-256 of the bytes of the file, in lower-case hexadecimal
   * @throws IllegalArgumentException if a tensor is named {@code __metadata__}, or a name or text has half a surrogate
   *     pair
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static String write(Path file, Map<String, String> metadata, Map<String, Tensor> tensors) throws IOException {
    if (tensors.containsKey(Header.METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + Header.METADATA);
    }
    Map<String, Tensor> sorted = new TreeMap<>(tensors);
    byte[] header = header(new TreeMap<>(metadata), sorted);
    Sha256 sha256 = new Sha256();
    AtomicFile.write(
        file,
        plain -> {
          OutputStream out = sha256.through(plain);
          out.write(header);
          for (Tensor tensor : sorted.values()) {
            ElementType.encode(tensor.data(), tensor.offset(), tensor.size(), Channels.newChannel(out)::write);
          }
        });
    return sha256.hex();
  }

  /** Its length first, then text, then tensors by name: all are F32, so none needs a wider alignment than another. */
  private static byte[] header(Map<String, String> metadata, Map<String, Tensor> tensors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[Long.BYTES]);
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(Header.METADATA);
        for (Map.Entry<String, String> text : metadata.entrySet()) {
          json.writeStringField(checked(text.getKey()), checked(text.getValue()));
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        int[] shape = entry.getValue().shape();
        long end = begin + (long) entry.getValue().size() * Float.BYTES;
        json.writeObjectFieldStart(checked(entry.getKey()));
        json.writeStringField("dtype", ElementType.F32.name());
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % Long.BYTES != 0) {
      bytes.write(' ');
    }
    byte[] header = bytes.toByteArray();
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length - Header.START);
    return header;
  }

  private static String checked(String text) {
    if (!Header.isText(text)) {
      throw new IllegalArgumentException("half a surrogate pair in " + Header.quote(text));
    }
    return text;
  }
}
