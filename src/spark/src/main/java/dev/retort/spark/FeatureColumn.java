package dev.retort.spark;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
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
 * @param divisor unsigned bytes are divided by it
 */
record FeatureColumn(String source, int index, int idIndex, int size, float divisor) implements Serializable {
  /** The exponent of infinities and NaN; larger bits belong to no finite number. */
  private static final int NOT_FINITE = 0x7f800000;

  /** Whether a column of that type can be read. */
  static boolean accepts(DataType type) {
    return type.equals(SQLDataTypes.VectorType()) || type instanceof BinaryType
        || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
  }

  /**
   * Copies the features of a row: an ML vector, an array of numbers, or a byte a feature.
   *
   * @param into written from {@code at} on
   * @throws BadSampleException if there are more or less, or one is null, NaN or infinite
   */
  void copy(Row row, float[] into, int at) {
    switch (row.get(index)) {
      case float[] floats -> {
        requireSize(row, floats.length);
        System.arraycopy(floats, 0, into, at, size);
      }
      case byte[] bytes -> {
        requireSize(row, bytes.length);
        for (int i = 0; i < size; i++) {
          into[at + i] = Byte.toUnsignedInt(bytes[i]) / divisor;
        }
      }
      case Vector vector -> {
        double[] doubles = vector.toArray();
        requireSize(row, doubles.length);
        for (int i = 0; i < size; i++) {
          into[at + i] = (float) doubles[i];
        }
      }
      case Seq<?> numbers -> {
        requireSize(row, numbers.size());
        for (int i = 0; i < size; i++) {
          if (!(numbers.apply(i) instanceof Number number)) {
            throw bad(row, "feature " + i + " is null");
          }
          into[at + i] = number.floatValue();
        }
      }
      case null -> throw bad(row, "there are no features (null)");
      case Object other -> throw bad(row, "features of the type " + other.getClass().getName());
    }
    requireFinite(row, into, at);
  }

  private void requireSize(Row row, int count) {
    if (count != size) {
      throw bad(row, count + " features, where the model takes " + size);
    }
  }

  private void requireFinite(Row row, float[] x, int at) {
    int largest = 0;
    for (int i = at; i < at + size; i++) { // integers, as a compiler makes vectors of their maximum
      largest = Math.max(largest, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
    }
    for (int i = 0; largest >= NOT_FINITE && i < size; i++) {
      if (!Float.isFinite(x[at + i])) {
        throw bad(row, "feature " + i + " is " + x[at + i] + "; features must be finite");
      }
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
