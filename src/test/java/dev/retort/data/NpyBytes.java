package dev.retort.data;

import module java.base;

/** Makes NPY and NPZ files as NumPy's documentation describes them, and others. */
public final class NpyBytes {
  private NpyBytes() {}

  /** A header as NumPy pads it, version 1.0, then the data. */
  public static byte[] of(String descr, boolean fortran, String shape, byte[] data) {
    String dict =
        "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False")
            + ", 'shape': " + shape + ", }";
    return raw(1, 0, dict + " ".repeat((64 - (11 + dict.length()) % 64) % 64) + "\n", data);
  }

  /** Any header. */
  static byte[] raw(int major, int minor, String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length);
    file.order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93);
    file.put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) major).put((byte) minor);
    if (major == 1) {
      file.putShort((short) text.length);
    } else {
      file.putInt(text.length);
    }
    file.put(text).put(data);
    byte[] bytes = new byte[file.position()];
    file.flip().get(bytes);
    return bytes;
  }

  /** Little-endian float32. */
  public static byte[] floats(float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return data.array();
  }

  /** A zip file as Java writes it: deflated, with data descriptors. */
  public static byte[] deflated(Object... namesAndFiles) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndFiles.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) namesAndFiles[i]));
        zip.write((byte[]) namesAndFiles[i + 1]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Local entries as {@code numpy.savez} writes them: stored, with the sizes in a ZIP64 field. */
  static byte[] stored(Object... namesAndFiles) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndFiles.length; i += 2) {
      byte[] name = ((String) namesAndFiles[i]).getBytes(StandardCharsets.UTF_8);
      byte[] data = (byte[]) namesAndFiles[i + 1];
      CRC32 crc = new CRC32();
      crc.update(data);
      ByteBuffer entry =
          ByteBuffer.allocate(30 + name.length + 20 + data.length).order(ByteOrder.LITTLE_ENDIAN);
      entry.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) 0);
      entry.putInt(0x00210000).putInt((int) crc.getValue()).putInt(-1).putInt(-1);
      entry.putShort((short) name.length).putShort((short) 20).put(name);
      entry.putShort((short) 1).putShort((short) 16).putLong(data.length).putLong(data.length);
      out.writeBytes(entry.put(data).array());
    }
    return out.toByteArray();
  }
}
