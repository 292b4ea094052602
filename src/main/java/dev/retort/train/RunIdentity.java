package dev.retort.train;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.format.Sha256;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * What decides the bits of a run, as texts by name: runs of equal texts end with equal bits. Functions are told apart
 * by what they return: schedules by rate and momentum at every step, a loss by its gradient at logits drawn at random.
 */
final class RunIdentity {
  /** Samples that the gradient of a loss is taken of at a time. */
  private static final int BATCH = 256;

  private RunIdentity() {}

  /** The identity of a run that is about to begin; the network has its first weights, of which there is a digest. */
  static Map<String, String> of(
      Training settings, Network network, int firstWeights, Dataset train, Loss loss, int steps) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("version", Retort.version());
    texts.put("network", network.toString());
    texts.put("first weights", Integer.toHexString(firstWeights));
    texts.put("features", train.featuresSha256());
    texts.put("labels", train.labelsSha256());
    texts.put("validation features", settings.validation.map(Dataset::featuresSha256).orElse("none"));
    texts.put("validation labels", settings.validation.map(Dataset::labelsSha256).orElse("none"));
    texts.putAll(settings.texts());
    Sha256 rates = new Sha256();
    for (int step = 0; step < steps; step++) {
      rates.add(settings.rate(step, steps)).add(settings.momentum(step, steps));
    }
    texts.put("rates", rates.hex());
    texts.put("loss", String.join("+", loss.parts()) + " " + gradients(loss, train, network.outputs()));
    return texts;
  }

  private static String gradients(Loss loss, Dataset train, int classes) {
    BatchLoss batches = loss.bind(train.labels(), classes);
    int[] order = IntStream.range(0, train.rows()).toArray();
    Sha256 digest = new Sha256();
    for (int from = 0; from < order.length; from += BATCH) {
      Tensor logits = Tensor.zeros(Math.min(BATCH, order.length - from), classes);
      for (int i = 0; i < logits.size(); i++) {
        logits.data()[i] = CounterRandom.bits24(from, i) * 0x1p-22f;
      }
      batches.apply(logits, order, from, logits);
      digest.add(logits.data(), 0, logits.size());
    }
    return digest.hex();
  }
}
