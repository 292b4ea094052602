package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.BadRowException;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;

/**
 * A network and its training.
 *
 * @param network what is built
 * @param training how it is trained
 */
public record Recipe(Network.Builder network, Training training) {
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
     * Evaluates the network.
     *
     * @param test samples that it was not trained on
     * @return errors and loss over them
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

  /**
   * Builds the network and trains it.
   *
   * @param train what it is trained on
   * @param loss what it learns
   * @param seed of weights, dropout, shuffles and jitter
   * @param listener is notified of every batch and epoch
   * @return the network and its epochs
   * @throws IllegalArgumentException as {@link Training#fit}
   * @throws DivergenceException if a logit stops being a number
   */
  public Trained train(Dataset train, Loss loss, long seed, TrainingListener listener) {
    Network built = network.seed(seed).build();
    return new Trained(built, training.seed(seed).listener(listener).fit(built, train, loss));
  }
}
