package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/** What a network answers for some samples; their labels say which answers are right. */
final class Answers {
  /** A probability at T = 1 from which a network counts as sure. */
  private static final double SURE = 0.95;

  /** The network's, as a report says it. */
  final String name;

  final Dataset data;

  /** [samples, classes]. */
  final Tensor logits;

  /** At T = 1. */
  final SoftTargets probabilities;

  private final int[] labels;

  Answers(String name, Tensor logits, Dataset data) {
    this.name = name;
    this.logits = logits;
    this.data = data;
    probabilities = SoftTargets.fromLogits(logits, 1);
    labels = data.labels();
  }

  int classes() {
    return logits.rowSize();
  }

  int label(int sample) {
    return labels[sample];
  }

  int answer(int sample) {
    return logits.argmax(sample);
  }

  /** The classes with the largest logits, at most so many, the largest first; of equal ones, the first class first. */
  List<Integer> top(int sample, int count) {
    return IntStream.range(0, classes())
        .boxed()
        .sorted(Comparator.comparingDouble(j -> 0 - logits.get(sample, j))) // 0 and -0 are equal
        .limit(count)
        .toList();
  }

  /** The class with the largest logit among all but one; that one if there is no other. */
  int rival(int sample, int but) {
    return logits.argmax(sample, j -> j != but).orElse(but);
  }

  /** The probability of the answer. */
  double confidence(int sample) {
    return probabilities.get(sample, answer(sample));
  }

  boolean isRight(int sample) {
    return answer(sample) == label(sample);
  }

  /** One sample's probabilities at a temperature. */
  SoftTargets soft(int sample, double temperature) {
    return SoftTargets.fromLogits(logits.rows(sample, sample + 1), temperature);
  }

  /** Samples that were answered wrong, the most confident first. */
  List<Integer> mistakes() {
    return IntStream.range(0, labels.length)
        .filter(i -> !isRight(i))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -confidence(i)))
        .toList();
  }

  /** An informative sample: of those answered right and for sure, the one where another class comes nearest. */
  int informative() {
    return IntStream.range(0, labels.length)
        .filter(i -> isRight(i) && confidence(i) >= SURE)
        .boxed()
        .max(Comparator.comparingDouble(i -> probabilities.get(i, rival(i, label(i)))))
        .orElse(0);
  }

  /** Refuses the index of a sample that is not there. */
  void requireSample(int sample) {
    if (sample < 0 || sample >= labels.length) {
      throw new IllegalArgumentException("there is no test sample " + sample + ", only 0 to " + (labels.length - 1));
    }
  }

  /** As people read it: sample 7, a 4. */
  String nameOf(int sample) {
    return "sample " + sample + ", a " + label(sample);
  }

  /** A sample as a drawing, if it is an image; else nothing. */
  String image(int sample) {
    return data.isImages()
        ? Chart.image(data.features(sample, sample + 1).toArray(), data.width(), nameOf(sample)) : "";
  }
}
