package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.kernel.Backend;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Parameter;

/**
 * A teacher and two students, whose training draws from every random stream and goes through every
 * kernel of a step, as one digest.
 *
 * <p>The constants change when the arithmetic does, and only then: a new one belongs into the same
 * commit as the change of a formula or of an order of operations, with the reason in its message.
 */
final class GoldenModels {
  /** Of a teacher whose first layer is large enough for eight parts. */
  static final String LARGE =
      "640b7c2b438b7cc9e4d77ba24087a3ac668a83ca753865d434bf0a0d5f20ba11";

  /** Of models small enough for the interpreter. */
  static final String SMALL =
      "259178ac81ca91d3132fc4af3caf9dd453866191b4da5518c2a840e34fd5780c";

  /** One step of 4, and of 6. */
  private static final double WARM_UP = 0.25;

  private GoldenModels() {}

  static String large() {
    return sha256(Samples.of(320, 12, 1), 128, 240);
  }

  static String small() {
    return sha256(Samples.of(60, 6, 1), 20, 16);
  }

  /** Prints the backend and the small models' digest: what a JVM of its own runs. */
  public static void main(String[] args) {
    System.out.println(small() + " " + Backend.describe());
  }

  /** Digest of three models: teacher, student by momentum, student by Adam. */
  private static String sha256(Dataset data, int batch, int hidden) {
    TrainTest parts = data.split(0.2, 5);
    Dataset train = parts.train();
    Network teacher = network(train, 1, hidden);
    Training cosine = Training.sgd(0.1).schedule(Schedule.cosine().withWarmUp(WARM_UP));
    fit(teacher, cosine.nesterov(0.9).weightDecay(1e-3), batch, Loss.crossEntropy(0.1), parts);
    SoftTargets targets = SoftTargets.fromLogits(teacher.logits(train), 3);
    Loss both = Loss.distillation(targets, 0.3, 0.7);
    Network first = network(train, 2, 17);
    fit(first, cosine.momentum(0.9).weightDecay(1e-4), batch, both, parts);
    Network second = network(train, 3, 17);
    Schedule stairs = Schedule.step(0.4, 0.5).withWarmUp(WARM_UP);
    fit(second, Training.adam(0.01).schedule(stairs).weightDecay(0.01), batch, both, parts);
    return digest(teacher, first, second);
  }

  private static Network network(Dataset data, long seed, int hidden) {
    return Network.mlp(data.rowSize(), hidden, data.classes())
        .inputDropout(0.1).dropout(0.3).seed(seed).build();
  }

  private static void fit(
      Network network, Training training, int batch, Loss loss, TrainTest parts) {
    training.epochs(2).batchSize(batch).jitter(1).seed(7).validation(parts.test())
        .fit(network, parts.train(), loss);
  }

  /** SHA-256 over all parameters in order, little-endian. */
  private static String digest(Network... networks) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    for (Network network : networks) {
      for (Parameter parameter : network.parameters()) {
        float[] values = parameter.value().toArray();
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes.array());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
