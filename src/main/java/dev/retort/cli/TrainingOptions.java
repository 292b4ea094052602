package dev.retort.cli;

import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.nn.Initialisation;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.train.Training;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What every command that trains takes: how weights begin, how rate and momentum change, the weights' limit. */
final class TrainingOptions {
  /** The shapes of a learning rate over a training. */
  enum ScheduleName { CONSTANT, COSINE, LINEAR, STEP }

  @Option(names = "--schedule", defaultValue = "cosine",
      description = "How the learning rate changes: ${COMPLETION-CANDIDATES}.")
  private ScheduleName schedule;

  @Option(names = "--warm-up", defaultValue = "0.05",
      description = "Share of the steps in which the rate rises from 0.")
  private double warmUp;

  @Option(names = "--initialisation", defaultValue = "he",
      description = "How the weights begin: ${COMPLETION-CANDIDATES}.")
  private Initialisation initialisation;

  @Option(names = "--momentum-warm-up", defaultValue = "0",
      description = "Share of the steps in which the momentum rises from 0.")
  private double momentumWarmUp;

  @Option(names = "--max-norm",
      description = "Largest norm of the weights that enter a unit (default: no limit).")
  private Double maxNorm;

  @Option(names = "--class-weights", paramLabel = "FILE|balanced", converter = ClassWeights.class,
      description = "What the samples of each class count: numbers, one a class, in a file or after each"
          + " other with commas; or balanced, by which each class counts the same (default: each sample"
          + " does).")
  private ClassWeights classWeights;

  /** The loss with the weights of the classes, if there are any. */
  Loss weighted(Loss loss, Dataset train) {
    return classWeights == null ? loss : loss.classWeights(classWeights.of(train));
  }

  /** A training with this schedule: a line falls to a hundredth, three stairs by a factor of ten each. */
  Training of(Training training) {
    Schedule shape =
        switch (schedule) {
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
