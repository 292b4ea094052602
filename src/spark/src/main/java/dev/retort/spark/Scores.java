package dev.retort.spark;

import module java.base;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What is kept of the teachers' answers in columns after the id, and its way back to a number a class. */
sealed interface Scores extends BatchScorer.Answers<InternalRow> {
  /** The schema of an id with the columns added. */
  StructType addTo(StructType id);

  /** A number a class, from a row that was written. */
  default float[] dense(Row row, int classes) {
    return floats(row.getList(1));
  }

  /** The output row of a sample: its id, which is its first column, and what is added. */
  private static InternalRow row(Row sample, Object... added) {
    Object[] all = new Object[added.length + 1];
    all[0] = sample.get(0);
    System.arraycopy(added, 0, all, 1, added.length);
    return new GenericInternalRow(all);
  }

  private static StructType floats(StructType schema, String name) {
    return schema.add(name, DataTypes.createArrayType(DataTypes.FloatType, false), false);
  }

  private static float[] floats(List<Float> list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  private static ArrayData array(SoftTargets p, int row, int[] classes) {
    float[] values = new float[classes.length];
    for (int j = 0; j < values.length; j++) {
      values[j] = p.get(row, classes[j]);
    }
    return UnsafeArrayData.fromPrimitiveArray(values);
  }

  /** The logits of one teacher, their exact bits. */
  record Logits() implements Scores {
    @Override
    public StructType addTo(StructType id) {
      return floats(id, "logits");
    }

    @Override
    public List<InternalRow> of(List<Row> rows, List<Tensor> logits) {
      Tensor z = logits.getFirst();
      return IntStream.range(0, rows.size())
          .mapToObj(i -> row(rows.get(i), UnsafeArrayData.fromPrimitiveArray(z.rows(i, i + 1).toArray())))
          .toList();
    }
  }

  /** The mean of the teachers' probabilities at a temperature, NOTES (E36). */
  record Probabilities(double temperature) implements Scores {
    @Override
    public StructType addTo(StructType id) {
      return floats(id, "probabilities");
    }

    @Override
    public List<InternalRow> of(List<Row> rows, List<Tensor> logits) {
      SoftTargets p = SoftTargets.fromEnsemble(logits, temperature);
      int[] all = IntStream.range(0, p.classes()).toArray();
      return IntStream.range(0, rows.size()).mapToObj(i -> row(rows.get(i), array(p, i, all))).toList();
    }
  }

  /** The k likeliest classes, their probabilities, the largest first, and what is left for all others. */
  record Top(int k, double temperature) implements Scores {
    @Override
    public StructType addTo(StructType id) {
      return floats(
              id.add("classes", DataTypes.createArrayType(DataTypes.IntegerType, false), false), "probabilities")
          .add("tail", DataTypes.DoubleType, false);
    }

    @Override
    public List<InternalRow> of(List<Row> rows, List<Tensor> logits) {
      SoftTargets p = SoftTargets.fromEnsemble(logits, temperature);
      return IntStream.range(0, rows.size()).mapToObj(i -> top(rows.get(i), p, i)).toList();
    }

    private InternalRow top(Row sample, SoftTargets p, int i) {
      List<Integer> order =
          IntStream.range(0, p.classes()).boxed()
              .sorted(Comparator.comparingDouble(j -> -p.get(i, j)))
              .toList();
      int[] classes = order.stream().limit(k).mapToInt(Integer::intValue).toArray();
      double tail = order.stream().skip(k).mapToDouble(j -> p.get(i, j)).sum();
      return row(sample, UnsafeArrayData.fromPrimitiveArray(classes), array(p, i, classes), tail);
    }

    /** The tail is shared out evenly, which leaves the kept classes the likeliest. */
    @Override
    public float[] dense(Row row, int classes) {
      float[] all = new float[classes];
      if (k < classes) {
        Arrays.fill(all, (float) (row.getDouble(3) / (classes - k)));
      }
      List<Integer> kept = row.getList(1);
      float[] probabilities = floats(row.getList(2));
      for (int i = 0; i < k; i++) {
        all[kept.get(i)] = probabilities[i];
      }
      return all;
    }
  }
}
