package dev.retort.spark;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.tensor.Tensor;

/** Samples to train on with a teacher's logits, and samples to evaluate on, as they travel to executors. */
final class Split implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Part train;
  private final Part validation;
  private final float[] logits;

  /** Features and labels of a data set. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this class; never compared.
  private record Part(float[] features, int[] shape, int[] labels, int classes) implements Serializable {
    static Part of(Dataset data) {
      Tensor all = data.features(0, data.rows());
      return new Part(all.data(), all.shape(), data.labels(), data.classes());
    }

    Dataset dataset() {
      return new Dataset("samples", Tensor.of(features, shape), labels, classes);
    }
  }

  /** Copies both parts. */
  Split(TrainTest parts, Tensor logits) {
    train = Part.of(parts.train());
    validation = Part.of(parts.test());
    this.logits = logits.toArray();
  }

  Dataset train() {
    return train.dataset();
  }

  Dataset validation() {
    return validation.dataset();
  }

  /** The teacher's, [samples, classes]. */
  Tensor logits() {
    return Tensor.of(logits, train.labels().length, train.classes());
  }
}
