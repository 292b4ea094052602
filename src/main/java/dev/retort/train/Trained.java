package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.BadRowException;
import dev.retort.nn.Network;

/**
 * A network that has been trained.
 *
 * @param network as the training left it
 * @param epochs first to last; none if it came from a file
 */
public record Trained(Network network, List<Epoch> epochs) {
  /** {@return how long the training took, evaluation on a validation set included} */
  public double seconds() {
    return epochs.stream().mapToDouble(Epoch::seconds).sum();
  }

  /**
   * {@return the evaluation of the network}
   *
   * @param test samples that it was not trained on
   * @throws DivergenceException if the last step left a network whose logits are not numbers
   */
  public Evaluation evaluate(Dataset test) {
    try {
      return Evaluation.of(network, test);
    } catch (BadRowException e) {
      throw new DivergenceException(epochs.size(), e);
    }
  }
}
