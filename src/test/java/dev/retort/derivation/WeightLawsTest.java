package dev.retort.derivation;

import static dev.retort.Refusal.refuses;
import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.RandomTensor;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Weights of samples and classes, and ignored labels, in every loss: NOTES (E54), (E55). */
class WeightLawsTest {
  private static final int IGNORED = -100;

  /** Every loss, for the samples of a case. */
  private static List<Loss> losses(Case given) {
    Tensor v = tensor(given.v());
    double t = given.temperature();
    SoftTargets targets = Engine.targets(given);
    return List.of(
        Loss.crossEntropy(), Loss.crossEntropy(0.1), Loss.distillation(targets, 0.3, 0.7),
        Loss.logitMatching(v, 0.3, 0.7), Loss.decoupled(v, t, 0.3, 1, 2),
        Loss.standardised(v, t, 0.3, 0.7), Loss.topTargets(targets, 2, 0.3, 0.7));
  }

  /** The answer for a batch of some of the samples, in some order, some perhaps twice. */
  private static Engine.Answer batch(Case given, int[] labels, Loss loss, int... samples) {
    double[][] z = Arrays.stream(samples).mapToObj(n -> given.z()[n]).toArray(double[][]::new);
    Tensor dz = Tensor.zeros(samples.length, given.classes());
    double value = loss.bind(labels, given.classes()).apply(tensor(z), samples, 0, dz);
    return new Engine.Answer(value, Closeness.rows(Closeness.flat(dz), given.classes()));
  }

  private static int[] all(Case given) {
    return IntStream.range(0, given.rows()).toArray();
  }

  private static double[] ones(int count) {
    return IntStream.range(0, count).mapToDouble(i -> 1).toArray();
  }

  /** Weights of 1, and a label to ignore that no sample has, change no bit. */
  @Property(tries = 300)
  void weightsOfOneAreNone(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    for (Loss loss : losses(given)) {
      Engine.Answer plain = batch(given, given.labels(), loss, all(given));
      Loss ones =
          loss.classWeights(ones(given.classes())).sampleWeights(ones(given.rows())).ignoring(IGNORED);
      plain.assertSame(batch(given, given.labels(), ones, all(given)));
    }
  }

  /** To the bit, whether its weight is 0 or its label is ignored, and whatever its logits are. */
  @Property(tries = 300)
  void aSampleThatDoesNotCountIsNotThere(
      @ForAll(supplier = Case.Gentle.class) Case any, @ForAll @IntRange(max = 2) int draw) {
    Case given = Rearranged.unmasked(any);
    int out = draw % given.rows();
    int[] rest = IntStream.range(0, given.rows()).filter(n -> n != out).toArray();
    if (rest.length == 0) {
      return;
    }
    int[] labels = given.labels().clone();
    labels[out] = IGNORED;
    double[] weights = ones(given.rows());
    weights[out] = 0;
    given.z()[out][0] = Double.NEGATIVE_INFINITY;
    for (Loss loss : losses(given)) {
      Engine.Answer without = batch(given, given.labels(), loss, rest);
      for (Engine.Answer with :
          List.of(
              batch(given, labels, loss.ignoring(IGNORED), all(given)),
              batch(given, given.labels(), loss.sampleWeights(weights), all(given)))) {
        assertEquals(without.value(), with.value());
        assertArrayEquals(new double[given.classes()], with.gradient()[out]);
        for (int i = 0; i < rest.length; i++) {
          assertArrayEquals(without.gradient()[i], with.gradient()[rest[i]]);
        }
      }
    }
  }

  /** Its row of the gradient is the sum of both, to the bit; the value up to the order of its sum. */
  @Property(tries = 300)
  void weightTwoIsTheSampleTwice(
      @ForAll(supplier = Case.Gentle.class) Case any, @ForAll @IntRange(max = 2) int draw) {
    Case given = Rearranged.unmasked(any);
    int twice = draw % given.rows();
    double[] weights = ones(given.rows());
    weights[twice] = 2;
    int[] more = Arrays.copyOf(all(given), given.rows() + 1);
    more[given.rows()] = twice;
    for (Loss loss : losses(given)) {
      Engine.Answer expected = batch(given, given.labels(), loss, more);
      Engine.Answer weighted =
          batch(given, given.labels(), loss.sampleWeights(weights), all(given));
      for (int n = 0; n < given.rows(); n++) {
        double factor = weights[n];
        assertArrayEquals(
            Arrays.stream(expected.gradient()[n]).map(g -> factor * g).toArray(),
            weighted.gradient()[n]);
      }
      assertClose(weighted.value(), expected.value(), 1, Tolerances.DOUBLE);
    }
  }

  /** The weighted mean of the rows' own values and gradients; and the same bits a row at a time. */
  @Property(tries = 300)
  void everyLossIsTheWeightedMeanOfItsRows(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double[] ofClass = IntStream.range(0, given.classes()).mapToDouble(i -> 0.3 + i).toArray();
    double[] own = IntStream.range(0, given.rows()).mapToDouble(n -> 2.5 / (1 + n)).toArray();
    double[] weights = own.clone();
    Arrays.setAll(weights, n -> own[n] * ofClass[given.labels()[n]]);
    for (Loss loss : losses(given)) {
      double[] values = new double[given.rows()];
      double[][] gradients = new double[given.rows()][];
      for (int n = 0; n < given.rows(); n++) {
        Engine.Answer row = batch(given, given.labels(), loss, n);
        values[n] = row.value();
        gradients[n] = row.gradient()[0];
      }
      Loss weighted = loss.classWeights(ofClass).sampleWeights(own);
      Engine.Answer actual = batch(given, given.labels(), weighted, all(given));
      assertClose(actual.value(), Losses.weightedMean(weights, values), 1, Tolerances.DOUBLE);
      assertClose(
          actual.gradient(), Losses.weightedMeanGradient(weights, gradients),
          LossLawsTest.scale(given, Math.max(1, given.temperature())), Tolerances.FLOAT32);
      Engine.Answer pieces = Engine.inPieces(given.z(), given.labels(), weighted);
      assertArrayEquals(actual.gradient(), pieces.gradient());
      assertClose(pieces.value(), actual.value(), 1, Tolerances.DOUBLE);
    }
  }

  /** No NaN from a batch in which nothing counts: nothing is learned from it. */
  @Test
  void aBatchWithoutWeightTeachesNothing() {
    Tensor dz = RandomTensor.of(1, 2, 3);
    BatchLoss batch = Loss.crossEntropy().ignoring(-1).bind(new int[] {-1, 0, -1}, 3);
    assertEquals(0, batch.apply(RandomTensor.of(2, 2, 3), new int[] {0, 2}, 0, dz));
    assertArrayEquals(new float[6], dz.data());
    assertEquals(0, batch.part(0));
  }

  @Test
  void refusesWhatHasNoMeaning() {
    refuses("the weight of class 1 must be 0, or 2^-30 to 2^30, not -1.0",
        () -> Loss.crossEntropy().classWeights(1, -1));
    for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0x1p-31, 0x1p31}) {
      refuses("the weight of sample 0 must be 0, or 2^-30 to 2^30, not " + wrong,
          () -> Loss.crossEntropy().sampleWeights(wrong));
    }
    refuses("no class has a weight above 0: nothing to learn",
        () -> Loss.crossEntropy().classWeights(0, 0));
    refuses("2 class weights, where 3 are needed",
        () -> Loss.crossEntropy().classWeights(1, 1).bind(new int[2], 3));
    refuses("1 sample weights, where 2 are needed",
        () -> Loss.crossEntropy().sampleWeights(1).bind(new int[2], 3));
    refuses("every sample has weight 0: nothing to learn",
        () -> Loss.crossEntropy().classWeights(0, 1).bind(new int[2], 2));
    refuses("row 1: label -1 is not one of the classes 0 to 2",
        () -> Loss.crossEntropy().ignoring(-2).classWeights(1, 1, 1).bind(new int[] {-2, -1}, 3));
    BatchLoss batch = Loss.crossEntropy().bind(new int[3], 3);
    for (double wrong : new double[] {-3, 0, 2, Double.NaN, Double.POSITIVE_INFINITY}) {
      refuses("a piece of weight 3.0 in a batch of weight " + wrong,
          () -> batch.apply(Tensor.zeros(3, 3), new int[3], 0, Tensor.zeros(3, 3), wrong));
    }
  }
}
