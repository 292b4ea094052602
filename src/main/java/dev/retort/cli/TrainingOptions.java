package dev.retort.cli;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.data.Dataset;
import dev.retort.data.Npy;
import dev.retort.loss.Loss;
import dev.retort.nn.Initialisation;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import dev.retort.train.Training;
import picocli.CommandLine.Option;

/** What every command that trains takes: how weights begin, how rate and momentum change, the weights' limit. */
final class TrainingOptions {
  /** The shapes of a learning rate over a training. */
  enum ScheduleName { CONSTANT, COSINE, LINEAR, STEP }

  @Option(names = "--schedule", defaultValue = "cosine") private ScheduleName schedule;
  @Option(names = "--warm-up", defaultValue = "0.05") private double warmUp;
  @Option(names = "--initialisation", defaultValue = "he") private Initialisation initialisation;
  @Option(names = "--momentum-warm-up", defaultValue = "0") private double momentumWarmUp;
  @Option(names = "--max-norm") private Double maxNorm;

  @Option(names = "--class-weights", paramLabel = "FILE|balanced", converter = ClassWeights.class)
  private ClassWeights classWeights;

  @Option(names = "--sample-weights", paramLabel = "FILE") private Path sampleWeights;

  /**
   * A loss with the weights of classes and samples, if there are any.
   *
   * @param all the training samples, each with a weight in the file
   * @param part takes those that are trained on
   */
  Loss weighted(Loss loss, Dataset all, UnaryOperator<Dataset> part) {
    Loss weighted = classWeights == null ? loss : loss.classWeights(classWeights.of(part.apply(all)));
    return sampleWeights == null ? weighted : weighted.sampleWeights(sampleWeights(all, part));
  }

  private double[] sampleWeights(Dataset all, UnaryOperator<Dataset> part) {
    boolean isCsv = sampleWeights.toString().endsWith(".csv");
    Tensor given = isCsv ? DataFiles.samples(sampleWeights, 1) : Npy.read(sampleWeights);
    if (given.rows() != all.rows() || given.rowSize() != 1) {
      throw new IllegalArgumentException(
          sampleWeights + ": its shape is " + Arrays.toString(given.shape()) + ", where the " + all.rows()
              + " training samples of " + all.name() + " have a weight each");
    }
    try {
      Loss.crossEntropy().sampleWeights(doubles(given));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(sampleWeights + ": " + e.getMessage(), e);
    }
    // As features they are split as the samples are.
    Dataset weights = part.apply(new Dataset("weights", given, all.labels(), all.classes()));
    return doubles(weights.features(0, weights.rows()));
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = tensor.toArray();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** A training with this schedule: a line falls to a hundredth, steps divide by 10 after each third. */
  Training of(Training training) {
    Schedule shape = switch (schedule) {
      case CONSTANT -> Schedule.constant();
      case COSINE -> Schedule.cosine();
      case LINEAR -> Schedule.linear(0.01);
      case STEP -> Schedule.step(1.0 / 3, 0.1);
    };
    Training scheduled = training.schedule(shape.withWarmUp(warmUp));
    if (momentumWarmUp != 0) {
      scheduled = scheduled.momentumSchedule(Schedule.constant().withWarmUp(momentumWarmUp));
    }
    return maxNorm == null ? scheduled : scheduled.maxNorm(maxNorm);
  }

  /** A perceptron from the features of a data set to its classes. */
  Network.Builder network(Dataset data, List<Integer> hidden) {
    List<Integer> sizes = new ArrayList<>(hidden);
    sizes.addFirst(data.rowSize());
    sizes.addLast(data.classes());
    return Network.mlp(sizes.stream().mapToInt(Integer::intValue).toArray()).initialisation(initialisation);
  }
}
