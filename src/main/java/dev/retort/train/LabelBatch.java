package dev.retort.train;

import dev.retort.data.Dataset;

/** The labels of a batch of samples, in a buffer that is kept. */
final class LabelBatch {
  private final int[] labels;
  private int[] batch = {};

  LabelBatch(Dataset dataset) {
    labels = dataset.labels();
  }

  int[] of(int[] samples, int from, int rows) {
    if (batch.length < rows) {
      batch = new int[rows];
    }
    for (int i = 0; i < rows; i++) {
      batch[i] = labels[samples[from + i]];
    }
    return batch;
  }
}
