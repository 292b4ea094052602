package dev.retort.spark;

import module java.base;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import scala.collection.Seq;

/**
 * Reads the features of a row, and names the row where they are wrong.
 *
 * @param source where they come from, as errors call it
 * @param index of the column in a row
 * @param idIndex of the column with the sample's id; -1 if there is none
 * @param size how many features a sample has
 * @param divisor of bytes
 */
record FeatureColumn(String source, int index, int idIndex, int size, float divisor) implements Serializable {
  /** Requires a column to have a type that can be read. */
  static void requireType(String source, DataType type) {
    if (!type.equals(SQLDataTypes.VectorType()) && !(type instanceof BinaryType)
        && !(type instanceof ArrayType array && array.elementType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          source + " has the type " + type.simpleString() + "; features are ML vectors, arrays of numbers, or binary");
    }
  }

  /**
   * Copies the features of a row: an ML vector, an array of numbers (of floats as {@link ArrayData}), or a byte a
   * feature.
   *
   * @param into [size], written; infinities and NaN too
   * @throws BadSampleException if there are more or less, or one is null
   */
  void copy(Row row, float[] into) {
    switch (row.get(index)) {
      case float[] floats -> {
        requireSize(row, floats.length);
        System.arraycopy(floats, 0, into, 0, size);
      }
      case byte[] bytes -> {
        requireSize(row, bytes.length);
        divide(bytes, into);
      }
      case Vector vector -> {
        double[] doubles = vector.toArray();
        requireSize(row, doubles.length);
        for (int i = 0; i < size; i++) {
          into[i] = (float) doubles[i];
        }
      }
      case ArrayData floats -> {
        requireSize(row, floats.numElements());
        for (int i = 0; i < size; i++) {
          requireNotNull(row, i, floats.isNullAt(i));
        }
        System.arraycopy(floats.toFloatArray(), 0, into, 0, size);
      }
      case Seq<?> numbers -> {
        requireSize(row, numbers.size());
        for (int i = 0; i < size; i++) {
          requireNotNull(row, i, numbers.apply(i) == null);
          into[i] = ((Number) numbers.apply(i)).floatValue();
        }
      }
      case null -> throw bad(row, "there are no features (null)");
      case Object other -> throw bad(row, "features of the type " + other.getClass().getName());
    }
  }

  /** Divides unsigned bytes, in loops that the compiler makes vectors of: it knows signed bytes alone. */
  private void divide(byte[] bytes, float[] into) {
    byte[] signed = new byte[size];
    for (int i = 0; i < signed.length; i++) {
      signed[i] = (byte) (bytes[i] ^ Byte.MIN_VALUE);
    }
    for (int i = 0; i < signed.length; i++) {
      into[i] = ((float) signed[i] - Byte.MIN_VALUE) / divisor;
    }
  }

  private void requireSize(Row row, int count) {
    if (count != size) {
      throw bad(row, count + " features, where the model takes " + size);
    }
  }

  private void requireNotNull(Row row, int feature, boolean isNull) {
    if (isNull) {
      throw bad(row, "feature " + feature + " is null");
    }
  }

  /** An error about a row. */
  BadSampleException bad(Row row, String what) {
    String id =
        idIndex < 0
            ? "a row of partition " + TaskContext.getPartitionId() + " (no id column)"
            : "id " + row.get(idIndex);
    return new BadSampleException(source + ", " + id + ": " + what);
  }
}
