package dev.retort.train;

import module java.base;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * A number that is added to the biases, and so to the logits, of some classes. It mends a network that was distilled
 * without samples of the other classes, or without samples of these (Hinton, Vinyals and Dean 2015, section 3).
 *
 * @param classes whose biases are shifted, each a number from 0
 * @param shift what is added, finite
 */
public record ClassShift(List<Integer> classes, double shift) {
  /** The answer moves into the classes as the shift rises above {@code at}, which changes the errors by so many. */
  private record Flip(double at, int errors) {}

  /**
   * {@return the shift of some classes with the fewest errors} As the shift rises, the answer of a sample changes once,
   * where the best of the shifted classes overtakes the best of the others; between two such places the errors are
   * constant. The result is the middle of the widest interval with the fewest errors, or 1 outside of all places.
   *
   * @param classes some, but not all, of the classes
   * @param logits [samples, classes], not modified
   * @param labels one a sample, from 0
   * @throws IllegalArgumentException if there is no sample, the numbers differ, or the classes are none or all
   */
  public static ClassShift fewestErrors(List<Integer> classes, Tensor logits, int[] labels) {
    if (labels.length == 0 || labels.length != logits.rows()) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + logits.rows() + " rows of logits; a shift is chosen on at least one sample");
    }
    List<Flip> flips =
        IntStream.range(0, labels.length)
            .mapToObj(i -> flip(classes, logits, i, labels[i]))
            .sorted(Comparator.comparingDouble(Flip::at))
            .toList();
    int errors = 0; // above the errors of a shift that is low enough
    int fewest = 0;
    double width = 1;
    double shift = flips.getFirst().at() - 1;
    for (int i = 0; i < flips.size(); i++) {
      errors += flips.get(i).errors();
      boolean last = i + 1 == flips.size();
      double next = last ? flips.get(i).at() + 2 : flips.get(i + 1).at();
      double gap = next - flips.get(i).at();
      if (gap > 0 && (errors < fewest || (errors == fewest && gap > width))) {
        fewest = errors;
        width = gap;
        shift = flips.get(i).at() + gap / 2;
      }
    }
    return new ClassShift(List.copyOf(classes), shift);
  }

  private static Flip flip(List<Integer> classes, Tensor logits, int sample, int label) {
    IntPredicate isShifted = classes::contains;
    int within = best(logits, sample, isShifted);
    int without = best(logits, sample, isShifted.negate());
    double at = (double) logits.get(sample, without) - logits.get(sample, within);
    return new Flip(at, (label == without ? 1 : 0) - (label == within ? 1 : 0));
  }

  private static int best(Tensor logits, int sample, IntPredicate wanted) {
    return logits.argmax(sample, wanted).orElseThrow(
        () -> new IllegalArgumentException("the shifted classes must be some, but not all, of " + logits.rowSize()));
  }

  /**
   * Adds the shift to the biases of the last layer.
   *
   * @param network modified
   */
  public void applyTo(Network network) {
    Tensor bias = network.layers().getLast().bias().value();
    for (int j : classes) {
      bias.data()[bias.offset() + j] += (float) shift;
    }
  }
}
