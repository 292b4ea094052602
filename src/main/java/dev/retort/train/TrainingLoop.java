package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Jitter;
import dev.retort.format.ElementType;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.BadRowException;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.optim.MaxNorm;
import dev.retort.optim.Optimizer;
import dev.retort.optim.TrainingState;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/** One run of a {@link Training}. A batch of the same size as the one before allocates nothing. */
final class TrainingLoop {
  private final Training settings;
  private final Network network;
  private final Dataset train;
  private final int[] labels;
  private final Loss loss;
  private final BatchLoss batchLoss;
  private final List<Tensor> parameters;
  private final Optimizer optimizer;
  private final Optional<MaxNorm> maxNorm;
  private final Jitter jitter;
  private final int batchSize;
  private final int batches;
  private final int steps;
  private final int[] order;
  private final Tensor allFeatures;
  private final Tensor allGradients;
  private final BestWeights best;
  private final List<Epoch> done = new ArrayList<>();
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
    if (settings.resumes && settings.checkpoint.isEmpty()) {
      throw new IllegalArgumentException("resume needs a checkpoint to go on from");
    }
    if (settings.jitter > 0) {
      train.height(); // throws unless the samples are images
    }
    this.settings = settings;
    this.network = network;
    this.train = train;
    this.loss = loss;
    labels = train.labels();
    batchLoss = loss.bind(labels, network.outputs());
    parameters = network.parameters().stream().map(Parameter::value).toList();
    optimizer = settings.optimizer(network.parameters());
    maxNorm = settings.maxNorm.map(limit -> new MaxNorm(network.parameters(), limit));
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
    best = new BestWeights(parameters);
    features = allFeatures;
    gradients = allGradients;
  }

  /** Runs the epochs that are not done yet, or stops when patience ends. */
  List<Epoch> run() {
    Map<String, String> identity =
        settings.checkpoint.isPresent() ? RunIdentity.of(settings, network, weights(), train, loss, steps) : Map.of();
    if (settings.resumes) {
      settings.checkpoint.ifPresent(file -> SavedRun.restore(file, identity, this::state));
    }
    while (!isDone()) {
      Epoch epoch = epoch(done.size());
      epoch.validation().ifPresent(best::update);
      done.add(epoch);
      if (isDone() || done.size() % settings.checkpointEvery == 0) {
        settings.checkpoint.ifPresent(file -> SavedRun.save(file, identity, this::state));
      }
      settings.listener.epoch(epoch);
    }
    best.restore();
    return done;
  }

  private boolean isDone() {
    return done.size() >= settings.epochs || best.epochsSince() >= settings.patience.orElse(Integer.MAX_VALUE);
  }

  /** Describes what later epochs depend on, and the epochs that are done. */
  private void state(TrainingState state) {
    state.tensors("parameter", parameters);
    optimizer.state(state);
    best.state(state);
    int epochs = state.number("epochs", done.size());
    for (int i = 1; i <= epochs; i++) {
      boolean isThere = i <= done.size();
      String line = state.text("epoch " + i, isThere ? done.get(i - 1).line() : "");
      if (!isThere) {
        done.add(Epoch.read(i, line, loss.parts(), network.outputs()));
      }
    }
  }

  private Epoch epoch(int epoch) {
    long start = System.nanoTime();
    CounterRandom.permute(order, CounterRandom.key(CounterRandom.key(settings.seed, CounterRandom.SHUFFLE), epoch));
    List<String> names = loss.parts();
    double[] sums = new double[names.size()];
    double sum = 0;
    right = 0;
    try {
      for (int i = 0; i < batches; i++) {
        int step = epoch * batches + i;
        sum += step(epoch, i * batchSize, step);
        for (int part = 0; part < sums.length; part++) {
          sums[part] += batchLoss.part(part);
        }
        settings.listener.batch(step + 1, steps);
      }
      Map<String, Double> means = new LinkedHashMap<>();
      names.forEach(name -> means.put(name, sums[means.size()] / batches));
      Optional<Evaluation> validation = settings.validation.map(samples -> Evaluation.of(network, samples));
      return new Epoch(
          epoch + 1, sum / batches, means, (double) right / order.length, validation,
          (System.nanoTime() - start) * 1e-9, weights());
    } catch (BadRowException e) {
      throw new DivergenceException(epoch + 1, e);
    }
  }

  private double step(int epoch, int from, int step) {
    int rows = Math.min(batchSize, order.length - from);
    if (features.rows() != rows) {
      features = allFeatures.rows(0, rows);
      gradients = allGradients.rows(0, rows);
    }
    if (settings.jitter > 0) {
      jitter.gather(train, order, from, epoch, features);
    } else {
      train.gather(order, from, features);
    }
    Tensor logits = network.forward(features, epoch, from);
    for (int i = 0; i < rows; i++) {
      right += logits.argmax(i) == labels[order[from + i]] ? 1 : 0;
    }
    double value = batchLoss.apply(logits, order, from, gradients);
    network.backward(gradients);
    settings.update(optimizer, step, steps);
    maxNorm.ifPresent(MaxNorm::apply);
    return value;
  }

  /** CRC-32C of the parameters. */
  private int weights() {
    CRC32C crc = new CRC32C();
    for (Tensor value : parameters) {
      ElementType.encode(value.data(), value.offset(), value.size(), crc::update);
    }
    return (int) crc.getValue();
  }
}
