package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Jitter;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.optim.Adam;
import dev.retort.optim.MaxNorm;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Schedule;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Parameter;

/**
 * How a network is trained by mini-batches: the optimiser and all that it is given. Immutable: each setting returns a
 * training that differs in it.
 *
 * {@snippet :
 * Network network = Network.mlp(784, 30, 10).build();
 * Training.sgd(0.1).nesterov(0.9).schedule(Schedule.cosine()).epochs(10).fit(network, train, Loss.crossEntropy());
 * }
 *
 * <p>Which samples make a batch, how they are shifted and what is dropped is a function of (seed, epoch, position), so
 * a run is repeated to the bit by its settings, and one that was interrupted ends with the bits of one that was not.
 */
public final class Training implements Cloneable {
  private enum Method { POLYAK, NESTEROV, ADAM }

  private Method method;
  private final double rate;
  private double momentum;
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double weightDecay;
  private Schedule momentumSchedule = Schedule.constant();
  Schedule schedule = Schedule.constant();
  int epochs = 30;
  int batchSize = 100;
  int jitter;
  long seed = 1;
  Optional<Dataset> validation = Optional.empty();
  Optional<Integer> patience = Optional.empty();
  Optional<Double> maxNorm = Optional.empty();
  Optional<Path> checkpoint = Optional.empty();
  int checkpointEvery = 1;
  boolean resumes;
  TrainingListener listener = new TrainingListener() {};

  private Training(Method method, double rate) {
    this.method = method;
    this.rate = rate;
    optimizer(List.of()).step(rate);
  }

  /**
   * {@return stochastic gradient descent, without momentum unless it is set}
   *
   * @param rate learning rate, finite and at least 0
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static Training sgd(double rate) {
    return new Training(Method.POLYAK, rate);
  }

  /**
   * {@return Adam (Kingma and Ba 2015) with decoupled weight decay}
   *
   * @param rate learning rate, finite and at least 0
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static Training adam(double rate) {
    return new Training(Method.ADAM, rate);
  }

  private Training with(Consumer<Training> change) {
    try {
      Training copy = (Training) clone();
      change.accept(copy);
      copy.optimizer(List.of());
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  private Training withMomentum(Method kind, double value) {
    if (method == Method.ADAM) {
      throw new IllegalArgumentException("Adam has no momentum to set; it has betas");
    }
    return with(copy -> {
      copy.method = kind;
      copy.momentum = value;
    });
  }

  /**
   * {@return this with Polyak's momentum, NOTES (E30), for gradient descent}
   *
   * @param value at least 0 and below 1
   * @throws IllegalArgumentException if it is out of range, or this is Adam
   */
  public Training momentum(double value) {
    return withMomentum(Method.POLYAK, value);
  }

  /**
   * {@return this with Nesterov's momentum, NOTES (E31), for gradient descent}
   *
   * @param value at least 0 and below 1
   * @throws IllegalArgumentException if it is out of range, or this is Adam
   */
  public Training nesterov(double value) {
    return withMomentum(Method.NESTEROV, value);
  }

  /**
   * {@return this with a momentum that changes; {@link Schedule#constant} unless set}
   *
   * @param change of the momentum from step to step; it must stay in the range of {@link #momentum}
   * @throws IllegalArgumentException if this is Adam
   */
  public Training momentumSchedule(Schedule change) {
    return withMomentum(method, momentum).with(copy -> copy.momentumSchedule = change);
  }

  /**
   * {@return this with other decays of Adam's means; 0.9 and 0.999 unless set}
   *
   * @param mean beta1, of the gradient, at least 0 and below 1
   * @param square beta2, of its square, at least 0 and below 1
   * @throws IllegalArgumentException if one is out of range, or this is not Adam
   */
  public Training betas(double mean, double square) {
    if (method != Method.ADAM) {
      throw new IllegalArgumentException("gradient descent has no betas to set; it has momentum");
    }
    return with(copy -> {
      copy.beta1 = mean;
      copy.beta2 = square;
    });
  }

  /**
   * {@return this with weight decay, L2 for gradient descent, decoupled for Adam; biases do not decay. 0 unless set}
   *
   * @param decay at least 0 and below 1
   * @throws IllegalArgumentException if it is out of range
   */
  public Training weightDecay(double decay) {
    return with(copy -> copy.weightDecay = decay);
  }

  /**
   * {@return this with a limit of the norm of the weights that enter each unit, NOTES (E53); none unless set}
   *
   * @param limit finite and positive
   * @throws IllegalArgumentException if it is out of range
   */
  public Training maxNorm(double limit) {
    new MaxNorm(List.of(), limit);
    return with(copy -> copy.maxNorm = Optional.of(limit));
  }

  /**
   * {@return this with a learning rate that changes; {@link Schedule#constant} unless set}
   *
   * @param change of the rate from step to step
   */
  public Training schedule(Schedule change) {
    return with(copy -> copy.schedule = change);
  }

  /**
   * {@return this with every sample seen so many times; 30 unless set}
   *
   * @param count at least 1
   * @throws IllegalArgumentException if it is less
   */
  public Training epochs(int count) {
    return with(copy -> copy.epochs = requireAtLeast("epochs", count, 1));
  }

  /**
   * {@return this with so many samples a step; 100 unless set. More than the data set has are all of it}
   *
   * @param samples at least 1
   * @throws IllegalArgumentException if it is less
   */
  public Training batchSize(int samples) {
    return with(copy -> copy.batchSize = requireAtLeast("batch size", samples, 1));
  }

  /**
   * {@return this with images shifted by up to so many pixels in each direction, anew in every epoch; 0 unless set}
   *
   * @param pixels 0 to 2^16
   * @throws IllegalArgumentException if it is out of range
   */
  public Training jitter(int pixels) {
    new Jitter(pixels, seed);
    return with(copy -> copy.jitter = pixels);
  }

  /**
   * {@return this with another seed of shuffles and jitter; 1 unless set}
   *
   * @param number any
   */
  public Training seed(long number) {
    return with(copy -> copy.seed = number);
  }

  /**
   * {@return this with a validation set} Each epoch is evaluated on it, and the network of the epoch with the fewest
   * errors is kept.
   *
   * @param samples of the same kind as those trained on
   */
  public Training validation(Dataset samples) {
    return with(copy -> copy.validation = Optional.of(samples));
  }

  /**
   * {@return this, but stopped before the last epoch if the errors on the {@link #validation} set do not fall; never
   * unless set}
   *
   * @param epochCount epochs without fewer errors after which to stop, at least 1
   * @throws IllegalArgumentException if it is less
   */
  public Training patience(int epochCount) {
    return with(copy -> copy.patience = Optional.of(requireAtLeast("patience", epochCount, 1)));
  }

  /**
   * {@return this, but saved as it goes, so that it can be {@link #resume resumed}} Weights, memory of the optimiser,
   * best weights so far and epochs done are saved, at the end too, and not deleted.
   *
   * @param file written over as a whole each time
   * @param everyEpochs how often, at least 1
   * @throws IllegalArgumentException if that is less
   */
  public Training checkpoint(Path file, int everyEpochs) {
    return with(
        copy -> {
          copy.checkpoint = Optional.of(file);
          copy.checkpointEvery = requireAtLeast("epochs between checkpoints", everyEpochs, 1);
        });
  }

  /**
   * {@return this, but going on from the {@link #checkpoint}, if its file exists} It ends with the bits of a run that
   * was not interrupted. The network must have the weights that the interrupted run began with; a checkpoint of a run
   * with another network, data set, loss, setting or version is refused. The listener is not notified again of epochs
   * that were done.
   */
  public Training resume() {
    return with(copy -> copy.resumes = true);
  }

  /**
   * {@return this with a listener that is notified of every batch and epoch}
   *
   * @param progress called on the thread that trains
   */
  public Training listener(TrainingListener progress) {
    return with(copy -> copy.listener = progress);
  }

  private static int requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }
    return value;
  }

  /** The optimiser of some parameters. */
  Optimizer optimizer(List<Parameter> parameters) {
    return switch (method) {
      case POLYAK -> Sgd.polyak(parameters, momentum, weightDecay);
      case NESTEROV -> Sgd.nesterov(parameters, momentum, weightDecay);
      case ADAM -> new Adam(parameters, beta1, beta2, 1e-8, weightDecay);
    };
  }

  /** The settings that decide the bits of a run, by name; the schedule is told apart by its rates. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("method", method.name().toLowerCase(Locale.ROOT));
    texts.put("rate", Double.toString(rate));
    texts.put("momentum", Double.toString(momentum));
    texts.put("betas", beta1 + " " + beta2);
    texts.put("weight decay", Double.toString(weightDecay));
    texts.put("largest norm", maxNorm.map(Object::toString).orElse("none"));
    texts.put("epochs", Integer.toString(epochs));
    texts.put("batch size", Integer.toString(batchSize));
    texts.put("jitter", Integer.toString(jitter));
    texts.put("seed", Long.toString(seed));
    texts.put("patience", patience.map(Object::toString).orElse("none"));
    return texts;
  }

  /** The learning rate of a step. */
  double rate(int step, int steps) {
    return schedule.rate(rate, step, steps);
  }

  /** The momentum of a step; of no meaning to Adam. */
  double momentum(int step, int steps) {
    return momentumSchedule.rate(momentum, step, steps);
  }

  /** Updates the parameters of an optimiser at the rate and the momentum of a step. */
  void update(Optimizer optimizer, int step, int steps) {
    if (optimizer instanceof Sgd sgd) {
      sgd.momentum(momentum(step, steps));
    }
    optimizer.step(rate(step, steps));
  }

  /**
   * Trains a network. Afterwards it has the parameters of its best epoch if there is a validation set, else those of
   * the last one.
   *
   * @param network modified
   * @param train what it is trained on
   * @param loss what it learns; soft targets must be of the same samples in the same order
   * @return the epochs, first to last
   * @throws IllegalArgumentException if network, data set, validation set and loss do not match, there is patience
   *     without a validation set or resume without a checkpoint, samples to be shifted are not images, there are more
   *     than 2^31 - 1 steps, or the checkpoint to go on from is of another run
   * @throws dev.retort.model.ModelException if the checkpoint to go on from is damaged
   * @throws DivergenceException if a logit stops being a number
   * @throws java.io.UncheckedIOException if a checkpoint cannot be written or read; an old one is then as it was
   */
  public List<Epoch> fit(Network network, Dataset train, Loss loss) {
    return new TrainingLoop(this, network, train, loss).run();
  }
}
