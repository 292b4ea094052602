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

  /** All but the number and the names of the parts as a line of numbers, from which {@link #read} makes it again. */
  String line() {
    List<Number> numbers = new ArrayList<>(List.of(loss, accuracy, seconds, weights));
    numbers.addAll(parts.values());
    validation.ifPresent(evaluation -> numbers.addAll(evaluation.numbers()));
    return numbers.stream().map(Number::toString).collect(Collectors.joining(" "));
  }

  /** The epoch of a line. */
  static Epoch read(int number, String line, List<String> partNames, int classes) {
    try {
      double[] numbers = Stream.of(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
      Map<String, Double> parts = new LinkedHashMap<>();
      partNames.forEach(name -> parts.put(name, numbers[4 + parts.size()]));
      double[] rest = Arrays.copyOfRange(numbers, 4 + parts.size(), numbers.length);
      Optional<Evaluation> validation = rest.length == 0 ? Optional.empty() : Optional.of(Evaluation.of(rest, classes));
      return new Epoch(number, numbers[0], parts, numbers[1], validation, numbers[2], (int) numbers[3]);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("epoch " + number + " is no line of an epoch", e);
    }
  }
}
