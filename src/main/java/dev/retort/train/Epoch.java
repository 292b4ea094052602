package dev.retort.train;

import module java.base;

/**
 * The losses of an epoch, and the evaluation at its end.
 *
 * @param number 1 for the first
 * @param loss mean over its batches while they were trained on, in nats
 * @param parts the same mean of each part of the loss, without its weight, by {@link dev.retort.loss.Loss#parts name}
 * @param accuracy share of the samples whose label had the largest logit while they were trained on, 0 to 1
 * @param validation how the network does on the validation set at the end of the epoch, if there is one
 * @param seconds how long it took, evaluation on a validation set included
 * @param weights CRC-32C of the parameters at its end, weights and biases of one layer after the other
 */
public record Epoch(
    int number, double loss, Map<String, Double> parts, double accuracy, Optional<Evaluation> validation,
    double seconds, int weights) {

  /** All of it but the number and the names of the parts as one line, from which {@link #read} makes it again. */
  String line() {
    StringJoiner line = new StringJoiner(" ");
    line.add(Double.toString(loss));
    parts.values().forEach(part -> line.add(part.toString()));
    line.add(Double.toString(accuracy)).add(Double.toString(seconds));
    line.add(Integer.toHexString(weights));
    validation.ifPresent(evaluation -> evaluation.write(line));
    return line.toString();
  }

  /** The epoch of a line. */
  static Epoch read(int number, String line, List<String> partNames, int classes) {
    Iterator<String> words = List.of(line.split(" ", -1)).iterator();
    try {
      double loss = Double.parseDouble(words.next());
      Map<String, Double> parts = new LinkedHashMap<>();
      partNames.forEach(name -> parts.put(name, Double.valueOf(words.next())));
      double accuracy = Double.parseDouble(words.next());
      double seconds = Double.parseDouble(words.next());
      int weights = Integer.parseUnsignedInt(words.next(), 16);
      Optional<Evaluation> validation =
          words.hasNext() ? Optional.of(Evaluation.read(words, classes)) : Optional.empty();
      return new Epoch(number, loss, parts, accuracy, validation, seconds, weights);
    } catch (NoSuchElementException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("epoch " + number + " is no line of an epoch", e);
    }
  }
}
