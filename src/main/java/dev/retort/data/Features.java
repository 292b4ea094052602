package dev.retort.data;

import dev.retort.tensor.Tensor;

/** Storage of features, one sample after the other: float32, or bytes that become float32 as they are read. */
sealed interface Features {
  /** Copies elements {@code from} to {@code from + count} (exclusive). */
  void copy(int from, int count, float[] into, int at);

  /** Index of the first element that is NaN or infinite; -1 if there is none. */
  int firstNotFinite();

  /** The divisor of the file's numbers: floats are divided already, bytes as they are read. */
  float divisor();

  /** Divides numbers in place, and makes features of them. */
  static Floats divided(Tensor numbers, float divisor) {
    float[] x = numbers.data();
    for (int i = 0; divisor != 1 && i < x.length; i++) {
      x[i] /= divisor;
    }
    return new Floats(numbers, divisor);
  }

  /** Floats, shared with the tensor; already divided. */
  record Floats(Tensor tensor, float divisor) implements Features {
    @Override
    public void copy(int from, int count, float[] into, int at) {
      System.arraycopy(tensor.data(), tensor.offset() + from, into, at, count);
    }

    @Override
    public int firstNotFinite() {
      return tensor.firstNotFinite();
    }
  }

  /** Unsigned bytes, each read as {@code b / divisor}. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Bytes(byte[] data, float divisor) implements Features {
    @Override
    public void copy(int from, int count, float[] into, int at) {
      for (int i = 0; i < count; i++) {
        into[at + i] = Byte.toUnsignedInt(data[from + i]) / divisor;
      }
    }

    @Override
    public int firstNotFinite() {
      return -1;
    }
  }
}
