package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.kernel.Backend;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Adam;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Schedule;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
    fit(
        teacher, new Sgd(teacher.parameters(), 0.9, true, 1e-3), batch,
        Objective.labels(train, 0.1), parts);
    SoftTargets targets = SoftTargets.fromLogits(Evaluation.logits(teacher, train), 3);
    Objective both = Objective.distillation(train, targets, new Distillation(0.3, 0.7));
    Network first = network(train, 2, 17);
    fit(first, new Sgd(first.parameters(), 0.9, false, 1e-4), batch, both, parts);
    Network second = network(train, 3, 17);
    fit(second, new Adam(second.parameters(), 0.01), batch, both, parts);
    return digest(teacher, first, second);
  }

  private static Network network(Dataset data, long seed, int hidden) {
    return Network.of(seed, 0.1, 0.3, data.rowSize(), hidden, data.classes());
  }

  private static void fit(
      Network network, Optimizer optimizer, int batch, Objective objective, TrainTest parts) {
    Schedule schedule =
        optimizer instanceof Adam ? Schedule.step(0.01, 0.4, 0.5) : Schedule.cosine(0.1);
    new Trainer(
            network, optimizer, schedule.withWarmUp(1),
            new Trainer.Settings(2, batch, 1, 0, 7), Progress.NONE)
        .fit(parts.train(), objective, parts.test());
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
