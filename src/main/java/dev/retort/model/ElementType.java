package dev.retort.model;

import java.util.List;

/** The element types that the safetensors format knows, and how many bits one takes. */
enum ElementType {
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  BOOL(8),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  U16(16),
  I16(16),
  F16(16),
  BF16(16),
  U32(32),
  I32(32),
  F32(32),
  U64(64),
  I64(64),
  F64(64),
  C64(64);

  private final int bits;

  ElementType(int bits) {
    this.bits = bits;
  }

  /**
   * How many bytes a tensor of this shape takes.
   *
   * @throws ArithmeticException if the size exceeds a long, or is not a whole number of bytes
   */
  long bytes(List<Long> shape) {
    long size = bits;
    for (long dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    if (size % 8 != 0) {
      throw new ArithmeticException("not a whole number of bytes");
    }
    return size / 8;
  }
}
