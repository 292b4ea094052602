package dev.retort.bench;

import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Training on the embedded digits in a JVM that has done nothing else, until enough of the test images
 * are right, which are looked at after every epoch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TimeToAccuracy {
  /** Hidden units of who has a network. */
  static final int HIDDEN = 256;

  /** Learning rate, with a momentum of 0.9 and batches of 100. */
  static final double RATE = 0.05;

  private static final int EPOCHS = 60;

  /** An {@link Implementation}. */
  @Param({"vector", "scalar"})
  public String by;

  /** Threads that may share the work. */
  @Param("1")
  public int threads;

  /** Share of the test images that are to be right. */
  @Param("0.965")
  public double accuracy;

  private TrainTest digits;

  /** Loads the digits. */
  @Setup
  public void setUp() {
    digits = Digits.load();
  }

  /**
   * From the digits to a network.
   *
   * @throws WrongResultException if 60 epochs do not suffice
   */
  @Benchmark
  public double train() {
    Learner learner = Implementation.named(by).learner(digits, threads);
    double reached = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      learner.epoch().run();
      reached = learner.accuracy().getAsDouble();
      if (reached >= accuracy) {
        return reached;
      }
    }
    throw new WrongResultException(
        by + " has " + reached + " right after " + EPOCHS + " epochs, not " + accuracy);
  }
}
