package dev.retort.spark;

import module java.base;
import dev.retort.model.Classifier;
import dev.retort.tensor.Tensor;
import org.apache.spark.sql.Row;

/**
 * The answers for the rows of a partition, computed batch by batch on the thread that asks for them.
 *
 * @param <T> an output row
 */
final class BatchScorer<T> implements Iterator<T> {
  /** Rows computed together, as many as the classifier takes at a time. */
  private static final int ROWS = 64;

  /** Makes an output row of each input row and its logits. */
  interface Answers<T> extends Serializable {
    /**
     * The output of a batch.
     *
     * @param rows input
     * @param logits a tensor a model, [rows, classes], all finite
     */
    List<T> of(List<Row> rows, List<Tensor> logits);
  }

  private final Iterator<Row> rows;
  private final FeatureColumn column;
  private final List<Classifier> classifiers;
  private final Answers<T> answers;
  private final float[] features;
  private Iterator<T> ready = Collections.emptyIterator();

  BatchScorer(Iterator<Row> rows, FeatureColumn column, Models models, Answers<T> answers) {
    this.rows = rows;
    this.column = column;
    this.classifiers = models.classifiers();
    this.answers = answers;
    this.features = new float[ROWS * models.inputs()];
  }

  @Override
  public boolean hasNext() {
    if (!ready.hasNext() && rows.hasNext()) {
      ready = answers(batch()).iterator();
    }
    return ready.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.next();
  }

  private List<Row> batch() {
    List<Row> batch = new ArrayList<>(ROWS);
    float[] zeros = new float[column.size()]; // NaN where a feature is not finite
    float[] x = new float[column.size()];
    while (batch.size() < ROWS && rows.hasNext()) {
      Row row = rows.next();
      column.copy(row, x);
      for (int i = 0; i < zeros.length; i++) { // vectors; a single sum would be a number at a time
        zeros[i] += 0 * x[i];
      }
      System.arraycopy(x, 0, features, batch.size() * x.length, x.length);
      batch.add(row);
    }
    for (int i = 0; i < zeros.length; i++) {
      if (zeros[i] != 0) {
        requireFinite(batch);
      }
    }
    return batch;
  }

  private void requireFinite(List<Row> batch) {
    for (int i = 0; i < batch.size() * column.size(); i++) {
      if (!Float.isFinite(features[i])) {
        throw column.bad(
            batch.get(i / column.size()),
            "feature " + i % column.size() + " is " + features[i] + "; features must be finite");
      }
    }
  }

  private List<T> answers(List<Row> batch) {
    List<Tensor> logits = new ArrayList<>();
    for (Classifier classifier : classifiers) {
      Tensor tensor = Tensor.zeros(batch.size(), classifier.classes());
      classifier.logits(features, batch.size(), tensor.data());
      requireFinite(batch, tensor);
      logits.add(tensor);
    }
    return answers.of(batch, logits);
  }

  private void requireFinite(List<Row> batch, Tensor logits) {
    for (int i = 0; i < logits.rows(); i++) {
      for (int j = 0; j < logits.rowSize(); j++) {
        if (!Float.isFinite(logits.get(i, j))) {
          throw column.bad(
              batch.get(i), "the logit of class " + j + " is " + logits.get(i, j) + ": the features are too large");
        }
      }
    }
  }
}
