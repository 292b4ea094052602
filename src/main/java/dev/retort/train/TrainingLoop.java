package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.data.Jitter;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.BadRowException;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.optim.Optimizer;
import dev.retort.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of a {@link Training}. A batch of the same size as the one before allocates nothing. */
final class TrainingLoop {
  private final Training settings;
  private final Network network;
  private final Dataset train;
  private final int[] labels;
  private final BatchLoss loss;
  private final List<String> parts;
  private final Optimizer optimizer;
  private final Jitter jitter;
  private final int batchSize;
  private final int batches;
  private final int steps;
  private final int[] order;
  private final Tensor allFeatures;
  private final Tensor allGradients;
  private Tensor features;
  private Tensor gradients;
  private int right;

  /** Checks that all parts match, before anything is trained. */
  TrainingLoop(Training settings, Network network, Dataset train, Loss loss) {
    Evaluation.requireMatch(network, train);
    settings.validation.ifPresent(samples -> Evaluation.requireMatch(network, samples));
    if (settings.patience.isPresent() && settings.validation.isEmpty()) {
      throw new IllegalArgumentException("patience needs a validation set");
    }
    if (settings.jitter > 0) {
      train.height(); // throws unless the samples are images
    }
    this.settings = settings;
    this.network = network;
    this.train = train;
    labels = train.labels();
    this.loss = loss.bind(labels, network.outputs());
    parts = loss.parts();
    optimizer = settings.optimizer(network.parameters());
    jitter = new Jitter(settings.jitter, settings.seed);
    batchSize = Math.min(settings.batchSize, train.rows());
    batches = Math.ceilDiv(train.rows(), batchSize);
    long count = (long) settings.epochs * batches;
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          settings.epochs + " epochs are " + count + " steps, more than 2^31 - 1; take fewer");
    }
    steps = (int) count;
    order = new int[train.rows()];
    allFeatures = Tensor.zeros(batchSize, network.inputs());
    allGradients = Tensor.zeros(batchSize, network.outputs());
    cut(batchSize);
  }

  /** Runs all epochs, or stops when patience ends. */
  List<Epoch> run() {
    BestWeights best = new BestWeights(network.parameters());
    int patience = settings.patience.orElse(Integer.MAX_VALUE);
    List<Epoch> done = new ArrayList<>();
    while (done.size() < settings.epochs && best.epochsSince() < patience) {
      Epoch epoch = epoch(done.size());
      epoch.validation().ifPresent(best::update);
      done.add(epoch);
      settings.listener.epoch(epoch);
    }
    best.restore();
    return done;
  }

  private Epoch epoch(int epoch) {
    long key = CounterRandom.key(settings.seed, CounterRandom.SHUFFLE);
    CounterRandom.permute(order, CounterRandom.key(key, epoch));
    right = 0;
    double sum = 0;
    double[] partSums = new double[parts.size()];
    try {
      for (int i = 0; i < batches; i++) {
        int step = epoch * batches + i;
        sum += step(epoch, i * batchSize, settings.rate(step, steps));
        for (int part = 0; part < partSums.length; part++) {
          partSums[part] += loss.part(part);
        }
        settings.listener.batch(step + 1, steps);
      }
      Optional<Evaluation> validation =
          settings.validation.map(samples -> Evaluation.of(network, samples));
      return new Epoch(
          epoch + 1, sum / batches, means(partSums), (double) right / order.length, validation);
    } catch (BadRowException e) {
      throw new DivergenceException(epoch + 1, e);
    }
  }

  private double step(int epoch, int from, double rate) {
    cut(Math.min(batchSize, order.length - from));
    if (settings.jitter > 0) {
      jitter.gather(train, order, from, epoch, features);
    } else {
      train.gather(order, from, features);
    }
    Tensor logits = network.forward(features, epoch, from);
    for (int i = 0; i < logits.rows(); i++) {
      right += logits.argmax(i) == labels[order[from + i]] ? 1 : 0;
    }
    double value = loss.apply(logits, order, from, gradients);
    network.backward(gradients);
    optimizer.step(rate);
    return value;
  }

  private void cut(int rows) {
    if (features == null || features.rows() != rows) {
      features = allFeatures.rows(0, rows);
      gradients = allGradients.rows(0, rows);
    }
  }

  private Map<String, Double> means(double[] partSums) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int part = 0; part < partSums.length; part++) {
      means.put(parts.get(part), partSums[part] / batches);
    }
    return means;
  }
}
