package dev.retort.bench;

import dev.retort.bench.Expected.WrongResultException;
import dev.retort.bench.Implementation.Work;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import org.openjdk.jmh.annotations.Param;

/**
 * Training on the embedded digits in a JVM that has done nothing else, until enough of the test images are right,
 * which are looked at after every epoch: a run of the {@link Work} is an epoch, its result the share of the test
 * images that are right.
 */
public class TimeToAccuracy extends Measured.Once {
  // Of who has a network: hidden units, learning rate with the momentum of TrainingStep, images of a batch.
  static final int HIDDEN = 512;
  static final double RATE = 0.05;
  static final int BATCH = 100;

  private static final int EPOCHS = 60;

  /** Share of the test images that are to be right. */
  @Param("0.96")
  public double accuracy;

  TrainTest digits;

  static double[][] images(Dataset dataset) {
    return Data.rows(dataset.features(0, dataset.rows()).toArray(), dataset.rowSize());
  }

  @Override
  protected Runnable prepare() {
    digits = Digits.load();
    return () -> {
      Work epochs = Implementation.named(by).work(this);
      double reached = 0;
      for (int epoch = 0; epoch < EPOCHS && reached < accuracy; epoch++) {
        epochs.task().run();
        reached = epochs.result().get()[0];
      }
      if (reached < accuracy) {
        throw new WrongResultException(by + " has " + reached + " right after " + EPOCHS + " epochs, not " + accuracy);
      }
    };
  }
}
