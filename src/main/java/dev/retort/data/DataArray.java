package dev.retort.data;

import module java.base;
import dev.retort.format.ElementType;
import dev.retort.format.Heap;
import dev.retort.tensor.Tensor;

/**
 * The array in an IDX or NPY file.
 *
 * @param name what errors call the file
 * @param start where in the file the data begin
 * @param stride elements from one to the next in the file
 * @param shape dimensions
 * @param data row-major
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record DataArray(
    String name, long start, int stride, ElementType type, ByteOrder order, int[] shape,
    byte[] data) {

  /**
   * The rest of a file.
   *
   * @param at where in the file the shape stands
   * @param promise the first words of an error about it
   */
  static DataArray rest(
      BoundedInput in, long at, String promise, ElementType type, ByteOrder order, long[] shape)
      throws IOException {
    long size = type.width();
    for (long dimension : shape) {
      if (dimension > Integer.MAX_VALUE || size * dimension > Integer.MAX_VALUE) {
        throw in.wrong(at, "the dimensions " + Arrays.toString(shape) + " exceed 2^31 - 1 bytes");
      }
      size *= dimension;
    }
    return new DataArray(
        in.name(), in.position(), 1, type, order,
        Arrays.stream(shape).mapToInt(Math::toIntExact).toArray(), in.rest(size, at, promise));
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(data).order(order);
  }

  /** How many elements there are. */
  int size() {
    return data.length / type.width();
  }

  /** The first of a row's numbers; some IDX labels have more, about the sample's origin. */
  DataArray firstColumn() {
    if (shape.length != 2) {
      return this;
    }
    int width = type.width();
    byte[] first = new byte[shape[0] * width];
    for (int i = 0; i < shape[0]; i++) {
      System.arraycopy(data, i * shape[1] * width, first, i * width, width);
    }
    return new DataArray(name, start, shape[1] * stride, type, order, new int[] {shape[0]}, first);
  }

  /** All elements, unsigned bytes stored as they are; what others are stored as is divided. */
  Features features(float byteDivisor, float divisor) {
    if (type == ElementType.U8) {
      return new Features.Bytes(data, byteDivisor);
    }
    Tensor all = tensor();
    Features.divide(all.data(), divisor);
    return new Features.Floats(all, divisor);
  }

  /** All elements as float32; a scalar has shape [1]. */
  Tensor tensor() {
    float[] values = Heap.floats(size(), why -> new DataException(name + ": " + why));
    type.decode(buffer(), values, 0, values.length);
    return Tensor.of(values, shape.length == 0 ? new int[] {1} : shape);
  }

  /** Elements as whole numbers; the least long where one is something else. */
  long[] wholes() {
    ByteBuffer from = buffer();
    long[] wholes = new long[size()];
    Arrays.setAll(wholes, i -> type.whole(from));
    return wholes;
  }

  /** An error about one element. */
  DataException wrong(int element, String what) {
    return new DataException(name, start + (long) element * stride * type.width(), what);
  }

  /** The same, grey images of one channel as images of none. */
  DataArray withoutChannel() {
    if (shape.length != 4 || (shape[1] != 1 && shape[3] != 1)) {
      return this;
    }
    int channel = shape[1] == 1 ? 1 : 3;
    int[] sides = IntStream.range(0, 4).filter(d -> d != channel).map(d -> shape[d]).toArray();
    return new DataArray(name, start, stride, type, order, sides, data);
  }

  /**
   * The same elements, each sample's two dimensions swapped.
   *
   * @throws DataException if they are not [samples, height, width]
   */
  DataArray transposed() {
    if (shape.length != 3) {
      throw new DataException(
          name + ": cannot transpose samples of shape " + Arrays.toString(shape)
              + "; they must be images, [samples, height, width]");
    }
    int height = shape[1];
    int width = shape[2];
    int[] swapped = {shape[0], width, height};
    return permuted(swapped, new int[] {height * width, 1, width});
  }

  /** The same elements from data in Fortran's order, where the first index runs fastest. */
  DataArray fromFortran() {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int d = 0; d < shape.length; d++) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return permuted(shape, strides);
  }

  /** Another shape of elements in another order: a step along each dimension takes so many elements of the data. */
  private DataArray permuted(int[] sizes, int[] strides) {
    byte[] into = new byte[data.length];
    int[] index = new int[sizes.length];
    int source = 0;
    int width = type.width();
    for (int at = 0; at < into.length; at += width) {
      System.arraycopy(data, source * width, into, at, width);
      for (int d = sizes.length - 1; d >= 0; d--) {
        source += strides[d];
        if (++index[d] < sizes[d]) {
          break;
        }
        source -= sizes[d] * strides[d];
        index[d] = 0;
      }
    }
    return new DataArray(name, start, stride, type, order, sizes, into);
  }
}
