package dev.retort.model;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.nn.Layer;
import dev.retort.nn.Network;
import dev.retort.nn.Relu;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A learned network that answers for one sample at a time, for programs that embed it.
 *
 * {@snippet :
 * Classifier digits = Classifier.load(Path.of("student.safetensors"));
 * int digit = digits.classify(pixels);
 * }
 *
 * <p>An answer has the bits of {@link Network#forward(dev.retort.tensor.Tensor)} and is made on the
 * calling thread alone; {@link #classify} and {@link #logits} allocate nothing. Not for use by two
 * threads at once: give each its own, made of the same network, whose parameters they then share.
 */
public final class Classifier {
  private static final double LOWEST_TEMPERATURE = 1e-30;
  private static final double HIGHEST_TEMPERATURE = 1e30;

  private final Kernels kernels = Backend.kernels();
  private final int inputs;
  private final int outputs;
  private final boolean rectifiesFeatures;
  private final Step[] steps;

  /** Room for what a step reads and for what it writes, by turns. */
  private float[] from;

  private float[] to;

  /** A dense layer and whether a rectifier follows. */
  private record Step(Dense dense, boolean rectified) {}

  private Classifier(Network network) {
    inputs = network.inputs();
    outputs = network.outputs();
    List<Step> list = new ArrayList<>();
    boolean first = false;
    int widest = inputs;
    for (Layer layer : network.layers()) {
      switch (layer) {
        case Dense dense -> {
          list.add(new Step(dense, false));
          widest = Math.max(widest, dense.outputs());
        }
        case Relu relu -> {
          first |= list.isEmpty();
          if (!list.isEmpty()) {
            list.add(new Step(list.removeLast().dense(), true));
          }
        }
        case Dropout dropout -> { }
      }
    }
    rectifiesFeatures = first;
    steps = list.toArray(new Step[0]);
    from = new float[widest];
    to = new float[widest];
  }

  /**
   * The classifier in a file that {@link Checkpoint#save} wrote.
   *
   * @param file not modified
   * @return a classifier with parameters of its own
   * @throws ModelException if the file is not one
   * @throws IOException if the file cannot be read
   */
  public static Classifier load(Path file) throws IOException {
    return of(Checkpoint.load(file));
  }

  /**
   * A classifier on the parameters of a network, shared: to train it on changes the answers.
   *
   * @param network dense layers and rectifiers; dropouts are passed over
   * @return a classifier with buffers of its own
   */
  public static Classifier of(Network network) {
    return new Classifier(network);
  }

  /** {@return how many features a sample has} */
  public int inputs() {
    return inputs;
  }

  /** {@return how many classes there are} */
  public int classes() {
    return outputs;
  }

  /**
   * The class with the largest logit, the first of equals.
   *
   * @param features [inputs], not modified
   * @return from 0 to classes - 1
   * @throws IllegalArgumentException if there are not as many, or they lead to a logit that is NaN
   */
  public int classify(float[] features) {
    forward(features);
    int best = 0;
    for (int j = 0; j < outputs; j++) {
      if (Float.isNaN(from[j])) {
        throw noAnswer(j);
      }
      best = from[j] > from[best] ? j : best;
    }
    return best;
  }

  /**
   * The logits, whatever they are.
   *
   * @param features [inputs], not modified
   * @param logits [classes], written
   * @throws IllegalArgumentException if an array has another length
   */
  public void logits(float[] features, float[] logits) {
    checkPlaces(logits);
    forward(features);
    System.arraycopy(from, 0, logits, 0, outputs);
  }

  /**
   * Probabilities, softmax(logits / T).
   *
   * @param features [inputs], not modified
   * @param temperature T, finite and positive; 1 as trained, more is softer
   * @param probabilities [classes], written
   * @throws IllegalArgumentException if an array has another length, T is outside of that, or the
   *     features lead to a logit that is not finite
   */
  public void probabilities(float[] features, double temperature, float[] probabilities) {
    if (!(temperature >= LOWEST_TEMPERATURE && temperature <= HIGHEST_TEMPERATURE)) {
      throw new IllegalArgumentException(
          "temperature must be finite and positive (1e-30 to 1e30), not " + temperature);
    }
    checkPlaces(probabilities);
    forward(features);
    for (int j = 0; j < outputs; j++) {
      if (!Float.isFinite(from[j])) {
        throw noAnswer(j);
      }
    }
    kernels.softmax(probabilities, 0, from, 0, (float) (2 / temperature), 1, outputs);
  }

  /** Leaves the logits in {@link #from}. */
  private void forward(float[] features) {
    if (features.length != inputs) {
      throw new IllegalArgumentException(
          features.length + " features, where the network takes " + inputs);
    }
    float[] x = features;
    if (rectifiesFeatures) {
      kernels.relu(from, 0, features, 0, inputs);
      x = from;
    }
    for (Step step : steps) {
      int n = step.dense.outputs();
      int k = step.dense.inputs();
      var w = step.dense.weight().value();
      var b = step.dense.bias().value();
      kernels.gemm(
          to, 0, n, x, 0, k, 1, w.data(), w.offset(), n, 1, b.data(), b.offset(), 0,
          step.rectified, 1, n, k);
      float[] free = from;
      from = to;
      to = free;
      x = from;
    }
  }

  private void checkPlaces(float[] output) {
    if (output.length != outputs) {
      throw new IllegalArgumentException(
          output.length + " places for the answers of " + outputs + " classes");
    }
  }

  private IllegalArgumentException noAnswer(int j) {
    return new IllegalArgumentException(
        "these features give class " + j + " the logit " + from[j] + ": are they finite?");
  }
}
