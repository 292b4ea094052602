package dev.retort.data;

import module java.base;

/** Gunzips an untrusted stream. */
final class Gunzip extends GZIPInputStream {
  static final int BUFFER = 1 << 16;

  /** CRC and length after the deflated bytes, which the inflater leaves alone. */
  static final int TRAILER = 8;

  private static final int MAX_EMPTY_MEMBERS = 64;

  private int members;

  Gunzip(InputStream in) throws IOException {
    super(in, BUFFER);
  }

  /**
   * The JDK reads on by recursion when a gzip member turns out to be empty; a long row of such
   * members would overflow the stack.
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
