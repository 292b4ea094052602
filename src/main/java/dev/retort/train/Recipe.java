package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.data.Jitter;
import dev.retort.nn.Dropout;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.optim.Sgd;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network and how it is trained: stochastic gradient descent with Nesterov momentum, the learning
 * rate warmed up over the first twentieth of the steps and then falling to 0 by half a cosine.
 *
 * @param hidden units of each hidden layer
 * @param epochs times that every sample is seen
 * @param batch samples a step
 * @param learningRate the highest
 * @param momentum at least 0 and below 1
 * @param weightDecay as L2
 * @param inputDropout rate at the features
 * @param hiddenDropout rate behind each rectifier
 * @param jitter pixels that an image is shifted by at most
 * @param patience epochs without fewer validation errors after which to stop; 0 to never stop
 */
public record Recipe(
    List<Integer> hidden, int epochs, int batch, double learningRate, double momentum,
    double weightDecay, double inputDropout, double hiddenDropout, int jitter, int patience) {
  private static final int WARM_UP_SHARE = 20;

  /**
   * Keeps a copy of the list, and refuses now what would fail when training begins.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Recipe {
    hidden = List.copyOf(hidden);
    new Trainer.Settings(epochs, batch, jitter, patience, 0);
    new Jitter(jitter, 0);
    new Sgd(List.of(), momentum, true, weightDecay);
    new Dropout(inputDropout, 0);
    new Dropout(hiddenDropout, 0);
    Schedule.cosine(learningRate);
  }

  /**
   * A network that has been trained.
   *
   * @param network as it came out
   * @param epochs what came of each epoch
   * @param seconds how long the training took, judging on the validation set included
   */
  public record Trained(Network network, List<Epoch> epochs, double seconds) {}

  /**
   * Makes the network and trains it.
   *
   * @param train what to learn from
   * @param objective what to learn, of the same data set
   * @param validation what to judge each epoch on, null for none
   * @param seed of weights, shuffles, dropout and jitter
   * @param progress hears of every batch and epoch
   * @return the network and what came of each epoch
   * @throws IllegalArgumentException if that is more than 2^31 - 1 steps, or the images to be
   *     jittered are none
   * @throws DivergenceException if a logit stops being a number
   */
  public Trained train(
      Dataset train, Objective objective, Dataset validation, long seed, Progress progress) {
    int[] sizes =
        IntStream.concat(
                IntStream.concat(
                    IntStream.of(train.rowSize()),
                    hidden.stream().mapToInt(Integer::intValue)),
                IntStream.of(train.classes()))
            .toArray();
    Network network = Network.of(seed, inputDropout, hiddenDropout, sizes);
    Sgd optimizer = new Sgd(network.parameters(), momentum, true, weightDecay);
    long steps = (long) epochs * Math.ceilDiv(train.rows(), batch);
    if (steps > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          epochs + " epochs are " + steps + " steps, more than 2^31 - 1; take fewer");
    }
    Schedule schedule = Schedule.cosine(learningRate).withWarmUp((int) steps / WARM_UP_SHARE);
    Trainer.Settings settings = new Trainer.Settings(epochs, batch, jitter, patience, seed);
    long start = System.nanoTime();
    List<Epoch> done =
        new Trainer(network, optimizer, schedule, settings, progress)
            .fit(train, objective, validation);
    return new Trained(network, done, (System.nanoTime() - start) * 1e-9);
  }
}
