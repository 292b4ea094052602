package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import dev.retort.train.Evaluation;

/**
 * What a network answers on the samples it is evaluated on.
 *
 * @param name the network's, as a report says it
 * @param data the samples
 * @param logits [samples, classes]
 * @param probabilities softmax(logits), at T = 1
 * @param evaluation errors and confusion
 */
record Answers(
    String name, Dataset data, Tensor logits, SoftTargets probabilities, Evaluation evaluation) {
  static Answers of(String name, Network network, Dataset data) {
    Tensor logits = network.logits(data);
    return new Answers(name, data, logits, SoftTargets.fromLogits(logits, 1), Evaluation.of(network, data));
  }

  int answer(int sample) {
    return logits.argmax(sample);
  }

  /** The probability of the answer. */
  double confidence(int sample) {
    return probabilities.get(sample, answer(sample));
  }

  boolean isRight(int sample) {
    return answer(sample) == data.labels()[sample];
  }

  /** Samples that were answered wrong, the most confident first. */
  int[] mistakes() {
    int[] labels = data.labels();
    return IntStream.range(0, data.rows())
        .filter(i -> answer(i) != labels[i])
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -confidence(i)))
        .mapToInt(i -> i)
        .toArray();
  }

  /** The features of a sample. */
  float[] pixels(int sample) {
    return data.features(sample, sample + 1).toArray();
  }
}
