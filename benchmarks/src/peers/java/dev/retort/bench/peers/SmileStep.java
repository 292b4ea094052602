package dev.retort.bench.peers;

import dev.retort.bench.StepCase;
import dev.retort.bench.Work;
import smile.util.function.TimeFunction;

/** A step of training by Smile's mini-batch update. */
final class SmileStep implements Work {
  private final StepCase step;
  private final SmileNetwork network;
  private final double[][] x;

  SmileStep(StepCase step, double rate) {
    this.step = step;
    network = new SmileNetwork(step);
    network.setLearningRate(TimeFunction.constant(rate));
    network.setMomentum(TimeFunction.constant(StepCase.MOMENTUM));
    int features = step.sizes()[0];
    x = new double[step.batch()][features];
    for (int i = 0; i < step.x().length; i++) {
      x[i / features][i % features] = step.x()[i];
    }
  }

  @Override
  public void run() {
    network.update(x, step.labels());
  }

  @Override
  public double[] result() {
    return network.changes(step);
  }
}
