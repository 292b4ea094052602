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
 * @param byteValues what each unsigned byte stands for
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record FeatureColumn(String source, int index, int idIndex, int size, float[] byteValues) implements Serializable {
  /** Added to the bits of a float without its sign, it reaches the sign bit from infinities and NaN alone. */
  private static final int ONE_EXPONENT = 0x00800000;

  /** The features that bytes are, divided as a model was trained with; a division a feature would be slower. */
  static float[] byteValues(float divisor) {
    float[] values = new float[256];
    for (int b = 0; b < values.length; b++) {
      values[b] = b / divisor;
    }
    return values;
  }

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
          into[at + i] = byteValues[Byte.toUnsignedInt(bytes[i])];
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
    int bits = 0;
    for (int i = 0; i < size; i++) { // integers: the compiler makes vectors of this loop
      bits |= (Float.floatToRawIntBits(x[at + i]) & Integer.MAX_VALUE) + ONE_EXPONENT;
    }
    for (int i = 0; bits < 0 && i < size; i++) {
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
