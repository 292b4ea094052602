package dev.retort.format;

import module java.base;

/**
 * The element types of the safetensors format, among them all that NPY and IDX files have; how many bits one takes, and
 * its value as a float32.
 */
public enum ElementType {
  F4(4), F6_E2M3(6), F6_E3M2(6),
  BOOL(8), U8(8), I8(8), F8_E5M2(8), F8_E4M3(8), F8_E8M0(8), F8_E4M3FNUZ(8), F8_E5M2FNUZ(8),
  U16(16), I16(16), F16(16), BF16(16),
  U32(32), I32(32), F32(32),
  U64(64), I64(64), F64(64), C64(64);

  private final int bits;

  ElementType(int bits) {
    this.bits = bits;
  }

  /** {@return bytes of an element; only for types that {@link #isReadable() can be read}} */
  public int width() {
    return bits / Byte.SIZE;
  }

  /** {@return whether {@link #decode} knows the type} */
  public boolean isReadable() {
    return isInteger() || isFloat();
  }

  private boolean isFloat() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  private boolean isInteger() {
    return switch (this) {
      case BOOL, U8, I8, U16, I16, U32, I32, U64, I64 -> true;
      default -> false;
    };
  }

  /**
   * How many bytes a tensor of this shape takes.
   *
   * @param shape dimensions, each at least 0
   * @return bytes
   * @throws ArithmeticException if the size exceeds a long, or is not a whole number of bytes
   */
  public long bytes(long... shape) {
    long size = bits;
    for (long dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    if (size % 8 != 0) {
      throw new ArithmeticException("not a whole number of bytes");
    }
    return size / 8;
  }

  /**
   * Reads elements as float32: the nearest one, infinite where a number is too large.
   *
   * @param from in the byte order of the file; its position moves past the elements
   * @param into written
   * @param at where in {@code into} the first goes
   * @param count how many
   */
  public void decode(ByteBuffer from, float[] into, int at, int count) {
    if (this == F32) {
      from.asFloatBuffer().get(into, at, count); // NaN payloads stay
      from.position(from.position() + count * Float.BYTES);
      return;
    }
    for (int i = at; i < at + count; i++) {
      into[i] = isFloat() ? (float) real(from) : this == U64 ? unsigned(from.getLong()) : (float) integer(from);
    }
  }

  /**
   * Reads one element that should be a whole number.
   *
   * @param from in the byte order of the file; its position moves past the element
   * @return its value; the least long if it is not a whole number from -2^53 to 2^53
   */
  public long whole(ByteBuffer from) {
    if (isInteger()) {
      long value = integer(from);
      return this == U64 && value < 0 ? Long.MIN_VALUE : value;
    }
    double value = real(from);
    return Math.abs(value) <= 0x1p53 && value == Math.rint(value) ? (long) value : Long.MIN_VALUE;
  }

  /** Takes bytes. */
  @FunctionalInterface
  public interface Sink<X extends Exception> {
    /** Takes all that the buffer has left; the buffer is used again. */
    void accept(ByteBuffer piece) throws X;
  }

  /** Gives {@code count} floats from {@code from} on as little-endian F32, piece by piece. */
  public static <X extends Exception> void encode(float[] values, int from, int count, Sink<X> sink) throws X {
    int most = Math.min(1 << 14, count);
    ByteBuffer piece = ByteBuffer.allocate(Float.BYTES * most).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at += most) {
      int size = Math.min(most, count - at);
      piece.clear().asFloatBuffer().put(values, from + at, size);
      sink.accept(piece.limit(Float.BYTES * size));
    }
  }

  private double real(ByteBuffer from) {
    return switch (this) {
      case F16 -> Float.float16ToFloat(from.getShort());
      case BF16 -> Float.intBitsToFloat(from.getShort() << Short.SIZE);
      case F32 -> from.getFloat();
      case F64 -> from.getDouble();
      default -> throw new IllegalArgumentException(this + " is no floating-point type");
    };
  }

  private long integer(ByteBuffer from) {
    return switch (this) {
      case BOOL, U8 -> Byte.toUnsignedLong(from.get());
      case I8 -> from.get();
      case U16 -> Short.toUnsignedLong(from.getShort());
      case I16 -> from.getShort();
      case U32 -> Integer.toUnsignedLong(from.getInt());
      case I32 -> from.getInt();
      case U64, I64 -> from.getLong();
      default -> throw new IllegalArgumentException(this + " is no integer type");
    };
  }

  /** Halved with its last bit kept, so that it is rounded once. */
  private static float unsigned(long value) {
    return value >= 0 ? (float) value : 2 * (float) ((value >>> 1) | (value & 1));
  }
}
