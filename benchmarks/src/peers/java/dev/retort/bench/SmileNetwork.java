package dev.retort.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import smile.classification.MLP;
import smile.model.mlp.Layer;
import smile.model.mlp.LayerBuilder;
import smile.model.mlp.OutputFunction;
import smile.tensor.DenseMatrix;
import smile.tensor.Vector;

/** Smile's perceptron with a case's weights, which only a subclass can reach. */
final class SmileNetwork extends MLP {
  private static final long serialVersionUID = 1;

  SmileNetwork(NetworkCase given) {
    super(builders(given.sizes));
    for (int l = 0; l < given.layers(); l++) {
      DenseMatrix weight = layer(l).weight();
      int outputs = weight.nrow();
      for (int j = 0; j < outputs; j++) {
        layer(l).bias().set(j, given.biases[l][j]);
        for (int i = 0; i < weight.ncol(); i++) {
          weight.set(j, i, given.weights[l][i * outputs + j]);
        }
      }
    }
  }

  private static LayerBuilder[] builders(int[] sizes) {
    List<LayerBuilder> builders = new ArrayList<>();
    builders.add(Layer.input(sizes[0]));
    for (int l = 1; l < sizes.length - 1; l++) {
      builders.add(Layer.rectifier(sizes[l]));
    }
    builders.add(Layer.mle(sizes[sizes.length - 1], OutputFunction.SOFTMAX));
    return builders.toArray(LayerBuilder[]::new);
  }

  /** The first of Smile's layers is the input. */
  private Layer layer(int l) {
    return l + 1 < net.length ? net[l + 1] : output;
  }

  /**
   * The logits of an image. Probabilities tell them up to a constant, which the first logit gives,
   * in double from the last hidden layer.
   */
  double[] logits(double[] image) {
    double[] probabilities = new double[output.getOutputSize()];
    predict(image, probabilities);
    Vector hidden = net[net.length - 1].output();
    double first = output.bias().get(0);
    for (int i = 0; i < hidden.size(); i++) {
      first += output.weight().get(0, i) * hidden.get(i);
    }
    double constant = first - Math.log(probabilities[0]);
    double[] logits = new double[probabilities.length];
    for (int j = 0; j < logits.length; j++) {
      logits[j] = Math.log(probabilities[j]) + constant;
    }
    return logits;
  }

  /** Weights as the case stores them, less those of the case; likewise biases. */
  double[] changes(NetworkCase given) {
    return IntStream.range(0, given.layers())
        .boxed()
        .flatMapToDouble(
            l -> {
              DenseMatrix weight = layer(l).weight();
              int outputs = weight.nrow();
              int weights = given.weights[l].length;
              return IntStream.range(0, weights + outputs)
                  .mapToDouble(
                      i -> i < weights
                          ? weight.get(i % outputs, i / outputs) - given.weights[l][i]
                          : layer(l).bias().get(i - weights) - given.biases[l][i - weights]);
            })
        .toArray();
  }
}
