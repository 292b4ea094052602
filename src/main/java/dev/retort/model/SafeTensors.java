package dev.retort.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.format.AtomicFile;
import dev.retort.format.ElementType;
import dev.retort.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors and the text of a <a href="https://github.com/huggingface/safetensors">safetensors</a>
 * file: eight bytes that hold the length of a JSON header, the header, the data of the tensors,
 * little-endian.
 *
 * <p>Reading believes nothing: a file that breaks a rule of the format is a {@link ModelException},
 * and reading takes at most twice the memory that the file takes, and 1 MiB. The file is closed when
 * {@link #read} returns, so it may be written over. Writing is deterministic, and replaces a file as
 * a whole.
 */
public final class SafeTensors {
  /** What the format allows. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final int BUFFER = 1 << 16;
  private static final byte[] LFS = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final Header header;
  private final long dataStart;
  private final Map<String, Tensor> tensors = new HashMap<>();

  /**
   * Reads a file.
   *
   * @param file not modified
   * @return its tensors and text; nothing is read from the file later
   * @throws ModelException if it is not a sound safetensors file
   * @throws NoSuchFileException if it does not exist
   * @throws IOException if it cannot be read
   */
  public static SafeTensors read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? new FileSystemException(file.toString(), null, "not a file")
          : new NoSuchFileException(file.toString(), null, "no such file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new SafeTensors(file, channel);
    }
  }

  /** Reads bytes; the name is for errors. */
  static SafeTensors read(Path name, byte[] bytes) {
    try (ByteChannelOfArray channel = new ByteChannelOfArray(bytes)) {
      return new SafeTensors(name, channel);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads an open file; the path is for errors. */
  SafeTensors(Path file, SeekableByteChannel channel) throws IOException {
    this.file = file;
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    long size = channel.size();
    byte[] json = new byte[headerLength(channel, size, buffer)];
    dataStart = Header.START + json.length;
    for (int at = 0; at < json.length; at += buffer.limit()) {
      fill(channel, buffer, Math.min(BUFFER, json.length - at));
      buffer.get(json, at, buffer.limit());
    }
    header = HeaderParser.parse(file, json, size);
    header.checkCover(file, dataStart, size);
    for (Header.Entry entry : header.inOrder()) {
      long floats = (entry.end() - entry.begin()) / Float.BYTES;
      if (entry.type() == ElementType.F32 && floats <= Integer.MAX_VALUE) {
        channel.position(dataStart + entry.begin());
        read(channel, buffer, entry, (int) floats);
      }
    }
  }

  private int headerLength(SeekableByteChannel channel, long size, ByteBuffer buffer)
      throws IOException {
    fill(channel, buffer, (int) Math.min(size, LFS.length));
    if (buffer.equals(ByteBuffer.wrap(LFS))) {
      throw new ModelException(
          file, 0, "this is a Git LFS pointer, not the model: fetch it with 'git lfs pull'");
    }
    if (size < Header.START) {
      throw new ModelException(
          file, size, "the file ends inside its first " + Header.START + " bytes");
    }
    long length = buffer.getLong();
    if (length <= 0 || length > LONGEST_HEADER) {
      throw new ModelException(
          file, 0,
          "not a safetensors file: a header of " + Long.toUnsignedString(length)
              + " bytes, where 1 to " + LONGEST_HEADER + " are allowed");
    }
    if (length > size - Header.START) {
      throw new ModelException(
          file, 0, "a header of " + length + " bytes in a file of " + size);
    }
    channel.position(Header.START);
    return (int) length;
  }

  /** Reads exactly {@code count} bytes, at most the buffer's size. */
  private void fill(SeekableByteChannel channel, ByteBuffer buffer, int count)
      throws IOException {
    buffer.clear().limit(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new ModelException(
            file, channel.position(), "the file ended while it was read: did it shrink?");
      }
    }
    buffer.flip();
  }

  private void read(
      SeekableByteChannel channel, ByteBuffer buffer, Header.Entry entry, int floats)
      throws IOException {
    float[] values = new float[floats];
    for (int at = 0; at < floats; at += buffer.limit() / Float.BYTES) {
      fill(channel, buffer, (int) Math.min(BUFFER, (floats - at) * (long) Float.BYTES));
      buffer.asFloatBuffer().get(values, at, buffer.limit() / Float.BYTES);
    }
    try {
      int[] shape = entry.shape().stream().mapToInt(Math::toIntExact).toArray();
      tensors.put(entry.name(), Tensor.of(values, shape.length == 0 ? new int[] {1} : shape));
    } catch (ArithmeticException | IllegalArgumentException e) {
      // Zero times huge: sound in a file, no Tensor. An error for who asks, not for who does not.
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
   * A tensor, the same object at each call.
   *
   * @param name one of {@link #names}
   * @return its elements in its shape; a scalar, of shape [], as [1]
   * @throws ModelException if there is none of that name, its elements are not F32, or its shape is
   *     more than a {@link Tensor} can have
   */
  public Tensor tensor(String name) {
    Header.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new ModelException(
          file, ModelException.NOWHERE, "there is no tensor " + Header.quote(name));
    }
    if (entry.type() != ElementType.F32) {
      throw new ModelException(
          file, entry.at(),
          "tensor " + Header.quote(name) + " has dtype " + entry.type() + ", not F32");
    }
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new ModelException(
          file, entry.at(),
          "tensor " + Header.quote(name) + " of shape " + entry.shape()
              + " is more than this engine can hold");
    }
    return tensor;
  }

  /** An error about one element of an F32 tensor, counted in row-major order. */
  ModelException wrongElement(String name, int element, String what) {
    long at = dataStart + header.entries().get(name).begin() + (long) element * Float.BYTES;
    return new ModelException(file, at, "tensor " + Header.quote(name) + ": " + what);
  }

  /**
   * Writes a file, crash safe: temporary file in the same folder, forced to the disk, moved over the
   * old file in one step. Equal arguments give equal bytes.
   *
   * @param file written, or written over
   * @param metadata text to go with the tensors
   * @param tensors by name
   * @return the SHA-256 of the bytes of the file, in lower-case hexadecimal
   * @throws IllegalArgumentException if a tensor is named {@code __metadata__}, or a name or text
   *     has half a surrogate pair
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static String write(Path file, Map<String, String> metadata, Map<String, Tensor> tensors)
      throws IOException {
    if (tensors.containsKey(Header.METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + Header.METADATA);
    }
    Map<String, Tensor> sorted = new TreeMap<>(tensors);
    byte[] header = header(new TreeMap<>(metadata), sorted);
    MessageDigest sha256 = sha256();
    AtomicFile.write(
        file,
        plain -> {
          OutputStream out = new DigestOutputStream(plain, sha256);
          byte[] bytes = new byte[BUFFER];
          ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
          buffer.putLong(header.length);
          out.write(bytes, 0, Long.BYTES);
          out.write(header);
          for (Tensor tensor : sorted.values()) {
            int floats = BUFFER / Float.BYTES;
            for (int at = 0; at < tensor.size(); at += floats) {
              int count = Math.min(floats, tensor.size() - at);
              buffer.clear().asFloatBuffer().put(tensor.data(), tensor.offset() + at, count);
              out.write(bytes, 0, count * Float.BYTES);
            }
          }
        });
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Text first, tensors by name: all are F32, so none needs a wider alignment than another. */
  private static byte[] header(Map<String, String> metadata, Map<String, Tensor> tensors)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
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
    return bytes.toByteArray();
  }

  private static String checked(String text) {
    if (!Header.isText(text)) {
      throw new IllegalArgumentException("half a surrogate pair in " + Header.quote(text));
    }
    return text;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
