package dev.retort.model;

import static dev.retort.Refusal.refuses;

import module java.base;

/** Safetensors files put together by hand, sound or not. */
public final class RawFile {
  /** The entry of a tensor of two zeros, 8 bytes of data. */
  static final String A = entry("a", "F32", "[2]", "[0,8]");

  private RawFile() {}

  /** A file of these bytes. */
  static Path of(Path folder, byte[] bytes) throws IOException {
    return Files.write(folder.resolve("raw.safetensors"), bytes);
  }

  /** A file with a true header length, this header, and data bytes of 0. */
  static Path of(Path folder, byte[] header, int dataBytes) throws IOException {
    return of(folder, header.length, header, dataBytes);
  }

  /** The same with any header length. */
  static Path of(Path folder, long length, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    return of(folder, bytes.putLong(length).put(header).array());
  }

  /** The same; single quotes in the header stand for double ones. */
  static Path of(Path folder, String header, int dataBytes) throws IOException {
    return of(folder, header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  /** One entry of a header. */
  public static String entry(String name, String type, String shape, String offsets) {
    return "'" + name + "':{'dtype':'" + type + "','shape':" + shape + ",'data_offsets':" + offsets
        + "}";
  }

  /** The whole message: file, byte, what. */
  static void assertRefused(Path file, long at, String what) {
    refuses(ModelException.class, file + ": byte " + at + ": " + what, () -> SafeTensors.read(file));
  }
}
