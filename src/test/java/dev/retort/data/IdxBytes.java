package dev.retort.data;

import module java.base;

/** Makes IDX files, sound ones and others. */
public final class IdxBytes {
  private IdxBytes() {}

  /** An IDX file of unsigned bytes whose header says what it is told to. */
  public static byte[] of(byte[] data, int... shape) {
    return of(0x08, data, shape);
  }

  static byte[] of(int type, byte[] data, int... shape) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + data.length);
    file.put((byte) 0).put((byte) 0).put((byte) type).put((byte) shape.length);
    for (int dimension : shape) {
      file.putInt(dimension);
    }
    return file.put(data).array();
  }

  /** Gzipped, with no time and no name in it: the same bytes whenever it is done. */
  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
