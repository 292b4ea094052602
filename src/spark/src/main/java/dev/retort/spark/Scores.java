package dev.retort.spark;

import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.mutable.ArraySeq;

/** What is kept of the teachers' answers in columns after the id, and its way back to a number a class. */
sealed interface Scores extends BatchScorer.Answers {
  /** The schema of an id with the columns added. */
  StructType addTo(StructType id);

  /** A number a class, from a row that was written. */
  float[] dense(Row row, int classes);

  /** The output row of an id. */
  private static Row row(Row input, Object... values) {
    Object[] all = new Object[values.length + 1];
    all[0] = input.get(0);
    System.arraycopy(values, 0, all, 1, values.length);
    return RowFactory.create(all);
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

  private static ArraySeq<?> row(SoftTargets p, int row) {
    float[] values = new float[p.classes()];
    for (int j = 0; j < values.length; j++) {
      values[j] = p.get(row, j);
    }
    return new ArraySeq.ofFloat(values);
  }

  /** The logits of one teacher, their exact bits. */
  record Logits() implements Scores {
    @Override
    public StructType addTo(StructType id) {
      return floats(id, "logits");
    }

    @Override
    public List<Row> of(List<Row> rows, List<Tensor> logits) {
      Tensor z = logits.getFirst();
      return IntStream.range(0, rows.size())
          .mapToObj(i -> row(rows.get(i), new ArraySeq.ofFloat(z.rows(i, i + 1).toArray())))
          .toList();
    }

    @Override
    public float[] dense(Row row, int classes) {
      return floats(row.getList(1));
    }
  }

  /** The mean of the teachers' probabilities at a temperature, NOTES (E36). */
  record Probabilities(double temperature) implements Scores {
    @Override
    public StructType addTo(StructType id) {
      return floats(id, "probabilities");
    }

    @Override
    public List<Row> of(List<Row> rows, List<Tensor> logits) {
      SoftTargets p = SoftTargets.fromEnsemble(logits, temperature);
      return IntStream.range(0, rows.size()).mapToObj(i -> row(rows.get(i), row(p, i))).toList();
    }

    @Override
    public float[] dense(Row row, int classes) {
      return floats(row.getList(1));
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
    public List<Row> of(List<Row> rows, List<Tensor> logits) {
      SoftTargets p = SoftTargets.fromEnsemble(logits, temperature);
      return IntStream.range(0, rows.size()).mapToObj(i -> top(rows.get(i), p, i)).toList();
    }

    private Row top(Row row, SoftTargets p, int i) {
      List<Integer> order =
          IntStream.range(0, p.classes()).boxed()
              .sorted(Comparator.comparingDouble(j -> -p.get(i, j)))
              .toList();
      int[] classes = order.stream().limit(k).mapToInt(Integer::intValue).toArray();
      float[] kept = new float[k];
      for (int j = 0; j < k; j++) {
        kept[j] = p.get(i, classes[j]);
      }
      double tail = order.stream().skip(k).mapToDouble(j -> p.get(i, j)).sum();
      return row(row, new ArraySeq.ofInt(classes), new ArraySeq.ofFloat(kept), tail);
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
