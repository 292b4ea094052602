package dev.retort.format;

import module java.base;

/** SHA-256 of numbers and files; numbers count as their little-endian bytes, floats as their bits. */
public final class Sha256 {
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 13).order(ByteOrder.LITTLE_ENDIAN);

  /** The digest of nothing so far. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  /**
   * The digest of a file.
   *
   * @param file not modified
   * @return the digest of its contents in lower-case hexadecimal
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    Sha256 digest = new Sha256();
    try (InputStream in = Files.newInputStream(RegularFile.require(file))) {
      in.transferTo(digest.through(OutputStream.nullOutputStream()));
    }
    return digest.hex();
  }

  /**
   * Adds floats.
   *
   * @param values not modified
   * @param from the first
   * @param count how many
   * @return this
   */
  public Sha256 add(float[] values, int from, int count) {
    int most = buffer.capacity() / Float.BYTES;
    for (int at = 0; at < count; at += most) {
      int piece = Math.min(most, count - at);
      buffer.clear().asFloatBuffer().put(values, from + at, piece);
      digest.update(buffer.limit(piece * Float.BYTES));
    }
    return this;
  }

  /**
   * Adds whole numbers.
   *
   * @param values not modified
   * @return this
   */
  public Sha256 add(int... values) {
    for (int value : values) {
      digest.update(buffer.clear().putInt(value).flip());
    }
    return this;
  }

  /**
   * Adds a double.
   *
   * @param value any
   * @return this
   */
  public Sha256 add(double value) {
    digest.update(buffer.clear().putDouble(value).flip());
    return this;
  }

  /**
   * Adds all that is written through a stream.
   *
   * @param out takes what is written
   * @return a stream to {@code out}
   */
  public OutputStream through(OutputStream out) {
    return new DigestOutputStream(out, digest);
  }

  /** {@return the digest in lower-case hexadecimal; what is added afterwards begins a new one} */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
