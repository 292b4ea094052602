package dev.retort.format;

import module java.base;

/** SHA-256 of numbers and files; numbers count as their little-endian bytes, floats as their bits. */
public final class Sha256 {
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** The digest of nothing so far. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  /** The digest of a file's contents in lower-case hexadecimal. */
  public static String of(Path file) throws IOException {
    Sha256 digest = new Sha256();
    try (InputStream in = Files.newInputStream(RegularFile.require(file))) {
      in.transferTo(digest.through(OutputStream.nullOutputStream()));
    }
    return digest.hex();
  }

  /** Adds {@code count} floats from {@code from} on; returns this. */
  public Sha256 add(float[] values, int from, int count) {
    ElementType.encode(values, from, count, digest::update);
    return this;
  }

  /** Adds whole numbers; returns this. */
  public Sha256 add(int... values) {
    for (int value : values) {
      digest.update(buffer.clear().putInt(value).flip());
    }
    return this;
  }

  /** Adds a double; returns this. */
  public Sha256 add(double value) {
    digest.update(buffer.clear().putDouble(value).flip());
    return this;
  }

  /** A stream to {@code out} that adds all that is written. */
  public OutputStream through(OutputStream out) {
    return new DigestOutputStream(out, digest);
  }

  /** {@return the digest in lower-case hexadecimal; what is added afterwards begins a new one} */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
