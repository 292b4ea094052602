package dev.retort.tensor;

import module java.base;

/**
 * Row-major float32 storage with a shape. The first dimension counts rows; a row holds
 * all other dimensions, so a {@code [60000, 28, 28]} tensor has 60000 rows of 784 floats.
 *
 * <p>Row views share storage with the tensor they were cut from: a write through one is seen through
 * the other. Element {@code (i, j)} of the matrix view is {@code data()[offset() + i * rowSize() + j]}.
 *
 * <p>Tensors are not synchronised.
 */
public final class Tensor {
  private final float[] data;
  private final int offset;
  private final int[] shape;
  private final int rowSize;

  private Tensor(float[] data, int offset, int[] shape) {
    this.data = data;
    this.offset = offset;
    this.shape = shape;
    this.rowSize = product(shape, 1);
  }

  /**
   * {@return a tensor of zeros with storage of its own}
   *
   * @param shape dimensions, each at least 0, at least one of them
   * @throws IllegalArgumentException if there is no dimension, one is negative, or the elements exceed 2^31 - 1
   */
  public static Tensor zeros(int... shape) {
    int[] own = shape.clone();
    return new Tensor(new float[product(own, 0)], 0, own);
  }

  /**
   * {@return a tensor over an array, without a copy}
   *
   * @param data row-major elements, kept and shared
   * @param shape dimensions whose product is {@code data.length}
   * @throws IllegalArgumentException if the shape does not fit the array
   */
  public static Tensor of(float[] data, int... shape) {
    int[] own = shape.clone();
    if (product(own, 0) != data.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(own) + " does not hold " + data.length + " elements");
    }
    return new Tensor(data, 0, own);
  }

  private static int product(int[] shape, int from) {
    if (shape.length == 0) {
      throw new IllegalArgumentException("a tensor needs at least one dimension");
    }
    long product = 1;
    for (int i = from; i < shape.length; i++) {
      if (shape[i] < 0) {
        throw new IllegalArgumentException("negative dimension in shape " + Arrays.toString(shape));
      }
      product = Math.multiplyExact(product, (long) shape[i]);
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " exceeds 2^31 - 1 elements");
      }
    }
    return (int) product;
  }

  /**
   * {@return rows {@code from} (inclusive) to {@code to} (exclusive), [to - from, ...], sharing storage}
   *
   * @param from first row, from 0
   * @param to after the last row
   * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= rows()}
   */
  public Tensor rows(int from, int to) {
    if (from < 0 || to < from || to > shape[0]) {
      throw new IndexOutOfBoundsException("rows " + from + " to " + to + " of a tensor with " + shape[0]);
    }
    int[] view = shape.clone();
    view[0] = to - from;
    return new Tensor(data, offset + from * rowSize, view);
  }

  /** {@return the shared storage; only {@code size()} floats from {@code offset()} on belong to this tensor} */
  public float[] data() {
    return data;
  }

  /** {@return the index in {@link #data()} of the first element} */
  public int offset() {
    return offset;
  }

  /** {@return the dimensions, a copy} */
  public int[] shape() {
    return shape.clone();
  }

  /** {@return the first dimension} */
  public int rows() {
    return shape[0];
  }

  /** {@return the elements in one row: the product of all dimensions but the first} */
  public int rowSize() {
    return rowSize;
  }

  /** {@return the elements in all} */
  public int size() {
    return shape[0] * rowSize;
  }

  /**
   * {@return one element of the matrix view}
   *
   * @param row from 0
   * @param column from 0 to {@code rowSize() - 1}
   * @throws IndexOutOfBoundsException if there is no such row or column
   */
  public float get(int row, int column) {
    return data[index(row, column)];
  }

  /**
   * Sets one element of the matrix view.
   *
   * @param row from 0
   * @param column from 0 to {@code rowSize() - 1}
   * @param value what it becomes
   * @throws IndexOutOfBoundsException if there is no such row or column
   */
  public void set(int row, int column, float value) {
    data[index(row, column)] = value;
  }

  /**
   * {@return the column with the largest value of a row, the first of equals}
   *
   * @param row from 0
   * @throws IndexOutOfBoundsException if there is no such row or no column
   */
  public int argmax(int row) {
    int best = 0;
    float largest = get(row, 0);
    for (int j = 1; j < rowSize; j++) {
      float x = data[offset + row * rowSize + j];
      if (x > largest) {
        best = j;
        largest = x;
      }
    }
    return best;
  }

  /**
   * {@return the column with the largest value of a row among some, the first of equals; empty if there is no such
   * column}
   *
   * @param row from 0
   * @param among the columns to look at
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public OptionalInt argmax(int row, IntPredicate among) {
    return IntStream.range(0, rowSize).filter(among).reduce((a, b) -> get(row, b) > get(row, a) ? b : a);
  }

  /** {@return the row-major index of the first element that is NaN or infinite; -1 if there is none} */
  public int firstNotFinite() {
    for (int i = 0; i < size(); i++) {
      if (!Float.isFinite(data[offset + i])) {
        return i;
      }
    }
    return -1;
  }

  private int index(int row, int column) {
    if (row < 0 || row >= shape[0] || column < 0 || column >= rowSize) {
      throw new IndexOutOfBoundsException(
          "element (" + row + ", " + column + ") of a " + shape[0] + " x " + rowSize + " tensor");
    }
    return offset + row * rowSize + column;
  }

  /** {@return a copy of the elements, row-major} */
  public float[] toArray() {
    return Arrays.copyOfRange(data, offset, offset + size());
  }

  /** Class, shape and nothing of the contents. */
  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
