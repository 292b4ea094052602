package dev.retort.data;

import module java.base;
import dev.retort.format.ElementType;
import dev.retort.format.Heap;
import dev.retort.tensor.Tensor;

/**
 * The array in an IDX or NPY file, or a view of it: element (i, j, ...) is element {@code i * strides[0] + j *
 * strides[1] + ...} of the file's data.
 *
 * @param name what errors call the file
 * @param start where in the file the data begin
 * @param shape dimensions
 * @param strides elements of the data from one to the next along each dimension
 * @param data all of the file's
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record DataArray(String name, long start, ElementType type, ByteOrder order, int[] shape, int[] strides, byte[] data) {

  /** The rest of a file, row-major; the shape stands at byte {@code at}, and errors begin with {@code promise}. */
  static DataArray rest(
      BoundedInput in, long at, String promise, ElementType type, ByteOrder order, long[] shape)
      throws IOException {
    long most = type.width();
    for (long dimension : shape) {
      most *= Math.clamp(dimension, 1, 1L << 31); // the other dimensions of an empty array count too
      in.require(most <= Integer.MAX_VALUE, at, "the dimensions " + Arrays.toString(shape) + " exceed 2^31 - 1 bytes");
    }
    int size = Arrays.stream(shape).anyMatch(dimension -> dimension == 0) ? 0 : (int) most;
    int[] sizes = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    return new DataArray(in.name(), in.position(), type, order, sizes, rowMajor(sizes), in.rest(size, at, promise));
  }

  private static int[] rowMajor(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return strides;
  }

  /** How many elements there are. */
  int size() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** The elements row-major, in the file's own bytes where they are so already. */
  private ByteBuffer elements() {
    if (Arrays.equals(strides, rowMajor(shape))) {
      return ByteBuffer.wrap(data).order(order);
    }
    int width = type.width();
    ByteBuffer into = ByteBuffer.allocate(size() * width).order(order);
    int[] index = new int[shape.length];
    int source = 0;
    while (into.hasRemaining()) {
      into.put(data, source * width, width);
      for (int d = shape.length - 1; d >= 0; d--) {
        source += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        source -= shape[d] * strides[d];
        index[d] = 0;
      }
    }
    return into.flip();
  }

  /** All elements, unsigned bytes stored as they are; what others are stored as is divided. */
  Features features(float byteDivisor, float divisor) {
    return type == ElementType.U8
        ? new Features.Bytes(elements().array(), byteDivisor)
        : Features.divided(tensor(), divisor);
  }

  /** All elements as float32; a scalar has shape [1]. */
  Tensor tensor() {
    float[] values = Heap.array(size(), Float.BYTES, float[]::new, why -> new DataException(name + ": " + why));
    type.decode(elements(), values, 0, values.length);
    return Tensor.of(values, shape.length == 0 ? new int[] {1} : shape);
  }

  /** Elements as whole numbers; the least long where one is something else. */
  long[] wholes() {
    ByteBuffer from = elements();
    long[] wholes = new long[size()];
    Arrays.setAll(wholes, i -> type.whole(from));
    return wholes;
  }

  /** An error about element {@code i} of one dimension. */
  DataException wrong(int i, String what) {
    return new DataException(name, start + (long) i * strides[0] * type.width(), what);
  }

  /** The first of a row's numbers; some IDX labels have more, about the sample's origin. */
  DataArray firstColumn() {
    return shape.length == 2 ? view(0) : this;
  }

  /** The same, grey images of one channel as images of none. */
  DataArray withoutChannel() {
    return shape.length != 4 || (shape[1] != 1 && shape[3] != 1) ? this : shape[1] == 1 ? view(0, 2, 3) : view(0, 1, 2);
  }

  /**
   * The same elements, each sample's two dimensions swapped.
   *
   * @throws DataException if they are not [samples, height, width]
   */
  DataArray transposed() {
    DataException.require(
        shape.length == 3,
        name + ": cannot transpose samples of shape " + Arrays.toString(shape)
            + "; they must be images, [samples, height, width]");
    return view(0, 2, 1);
  }

  /** The same elements from data in Fortran's order, where the first index runs fastest. */
  DataArray fromFortran() {
    int[] last = IntStream.rangeClosed(1, shape.length).map(i -> shape.length - i).toArray();
    int[] sizes = pick(shape, last);
    return new DataArray(name, start, type, order, sizes, rowMajor(sizes), data).view(last);
  }

  /** The array of these dimensions, in this order, at the start of all others. */
  private DataArray view(int... dimensions) {
    return new DataArray(name, start, type, order, pick(shape, dimensions), pick(strides, dimensions), data);
  }

  private static int[] pick(int[] from, int[] dimensions) {
    return Arrays.stream(dimensions).map(d -> from[d]).toArray();
  }
}
