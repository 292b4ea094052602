package dev.retort.data;

import module java.base;
import dev.retort.format.ElementType;

/**
 * The IDX format of the MNIST files, plain or gzipped: two zero bytes, a type, the number of dimensions, the dimensions
 * as big-endian 32-bit integers, the data, big-endian.
 *
 * <p>A file is checked whole before anything is made of it.
 */
final class Idx {
  private static final int MAX_DIMENSIONS = 4;
  private static final String KIND = "an IDX file";

  private Idx() {}

  static DataArray read(Path file) {
    return BoundedInput.read(file, Idx::parse);
  }

  static DataArray parse(BoundedInput in) throws IOException {
    byte[] magic = in.header(4, KIND);
    in.require(magic[0] == 0 && magic[1] == 0, 0, "not " + KIND + ": the first two bytes are not zero");
    ElementType type = switch (magic[2]) {
      case 0x08 -> ElementType.U8;
      case 0x09 -> ElementType.I8;
      case 0x0b -> ElementType.I16;
      case 0x0c -> ElementType.I32;
      case 0x0d -> ElementType.F32;
      case 0x0e -> ElementType.F64;
      default -> throw in.wrong(2, "type 0x%02x; 0x08, 09, 0b, 0c, 0d and 0e are read".formatted(magic[2]));
    };
    int dimensions = Byte.toUnsignedInt(magic[3]);
    in.require(
        dimensions > 0 && dimensions <= MAX_DIMENSIONS, 3,
        dimensions + " dimensions; 1 to " + MAX_DIMENSIONS + " are read");
    long[] shape = new long[dimensions];
    ByteBuffer sizes = ByteBuffer.wrap(in.header(4 * dimensions, KIND));
    for (int i = 0; i < dimensions; i++) {
      shape[i] = Integer.toUnsignedLong(sizes.getInt());
      in.require(shape[i] > 0, 4 + 4L * i, "a dimension is 0, so there are no samples");
    }
    String promise = "the dimensions " + Arrays.toString(shape) + " promise";
    return DataArray.rest(in, 4, promise, type, ByteOrder.BIG_ENDIAN, shape);
  }
}
