package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.data.Jitter;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.BadRowException;
import dev.retort.nn.Network;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a network by mini-batches. Which samples make a batch, how they are jittered and what is
 * dropped is a function of (seed, epoch, position), so a run is repeated to the bit by its settings.
 *
 * {@snippet :
 * Network network = Network.of(1, 0, 0, 784, 30, 10);
 * Trainer trainer = new Trainer(network, new Sgd(network.parameters(), 0.9, true, 0),
 *     Schedule.cosine(0.1), new Trainer.Settings(10, 100, 0, 0, 1), Progress.NONE);
 * trainer.fit(digits.train(), Objective.labels(digits.train(), 0), null);
 * }
 *
 * <p>A batch of the same size as the one before allocates nothing. One thread at a time.
 */
public final class Trainer {
  /**
   * How to train.
   *
   * @param epochs times that every sample is seen, at least 1
   * @param batch samples a step, at least 1
   * @param jitter pixels that an image is shifted by at most, in each direction; 0 for none
   * @param patience epochs without fewer validation errors after which to stop; 0 to never stop
   * @param seed of shuffles and jitter
   */
  public record Settings(int epochs, int batch, int jitter, int patience, long seed) {
    /** Checks the ranges. */
    public Settings {
      atLeast("epochs", epochs, 1);
      atLeast("batch", batch, 1);
      atLeast("jitter", jitter, 0);
      atLeast("patience", patience, 0);
    }

    private static void atLeast(String name, int value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
      }
    }
  }

  private final Network network;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final Settings settings;
  private final Progress progress;
  private final Jitter jitter;

  private Tensor features;
  private Tensor gradients;
  private Tensor batchFeatures;
  private Tensor batchGradients;

  /**
   * A trainer of one network; the optimiser must be one of its parameters.
   *
   * @param network what is trained, modified
   * @param optimizer of that network's parameters
   * @param schedule of the learning rate
   * @param settings how to train
   * @param progress hears of every batch and epoch
   */
  public Trainer(
      Network network, Optimizer optimizer, Schedule schedule, Settings settings,
      Progress progress) {
    this.network = network;
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.settings = settings;
    this.progress = progress;
    this.jitter = new Jitter(settings.jitter(), settings.seed());
  }

  /**
   * Trains, and leaves the network as it was at its best epoch if there is a validation set to tell,
   * else as it is at the end.
   *
   * @param train what to learn from
   * @param objective what to learn, of the same data set
   * @param validation what to judge each epoch on, null for none
   * @return the epochs, first to last
   * @throws IllegalArgumentException if features or classes do not fit the network
   * @throws DivergenceException if a logit stops being a number
   */
  public List<Epoch> fit(Dataset train, Objective objective, Dataset validation) {
    fits(train);
    if (validation != null) {
      fits(validation);
    }
    int batch = Math.min(settings.batch(), train.rows());
    int batches = (train.rows() + batch - 1) / batch;
    int steps = Math.multiplyExact(settings.epochs(), batches);
    int[] order = new int[train.rows()];
    features = Tensor.zeros(batch, network.inputs());
    gradients = Tensor.zeros(batch, network.outputs());
    cut(batch);
    BestWeights best = new BestWeights(network.parameters());
    List<Epoch> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < settings.epochs() && !best.isStale(settings.patience()); epoch++) {
      CounterRandom.permute(
          order, CounterRandom.key(CounterRandom.key(settings.seed(), CounterRandom.SHUFFLE), epoch));
      double loss = 0;
      for (int i = 0; i < batches; i++) {
        int from = i * batch;
        cut(Math.min(batch, order.length - from));
        int step = epoch * batches + i;
        loss += step(train, objective, order, epoch, from, schedule.rate(step, steps));
        progress.batch(step + 1, steps);
      }
      Evaluation judged = validation == null ? null : judge(validation, epoch);
      best.offer(judged);
      Epoch done = new Epoch(epoch + 1, loss / batches, judged);
      epochs.add(done);
      progress.epoch(done);
    }
    best.restore();
    return epochs;
  }

  private void fits(Dataset data) {
    if (data.rowSize() != network.inputs() || data.classes() > network.outputs()) {
      throw new IllegalArgumentException(
          "samples of " + data.rowSize() + " features and " + data.classes()
              + " classes do not fit a network of " + network.inputs() + " inputs and "
              + network.outputs() + " outputs");
    }
  }

  private Evaluation judge(Dataset validation, int epoch) {
    try {
      return Evaluation.of(network, validation);
    } catch (BadRowException e) {
      throw new DivergenceException(epoch + 1, e);
    }
  }

  private void cut(int rows) {
    if (batchFeatures == null || batchFeatures.rows() != rows) {
      batchFeatures = features.rows(0, rows);
      batchGradients = gradients.rows(0, rows);
    }
  }

  private double step(
      Dataset train, Objective objective, int[] order, int epoch, int from, double rate) {
    if (settings.jitter() > 0) {
      jitter.gather(train, order, from, epoch, batchFeatures);
    } else {
      train.gather(order, from, batchFeatures);
    }
    Tensor logits = network.forward(batchFeatures, epoch, from);
    double loss;
    try {
      loss = objective.apply(logits, order, from, batchGradients);
    } catch (BadRowException e) {
      throw new DivergenceException(epoch + 1, e);
    }
    network.backward(batchGradients, false);
    optimizer.step(rate);
    return loss;
  }
}
