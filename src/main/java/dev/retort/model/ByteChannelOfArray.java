package dev.retort.model;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Bytes in memory, to be read as a file is. */
final class ByteChannelOfArray implements SeekableByteChannel {
  private final byte[] bytes;
  private long position;

  ByteChannelOfArray(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(ByteBuffer into) {
    int left = (int) Math.max(0, bytes.length - position);
    if (left == 0 && into.hasRemaining()) {
      return -1;
    }
    int count = Math.min(left, into.remaining());
    into.put(bytes, (int) position, count);
    position += count;
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public ByteChannelOfArray position(long next) {
    position = next;
    return this;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public ByteChannelOfArray truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
