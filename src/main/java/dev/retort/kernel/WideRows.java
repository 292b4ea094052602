package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMAX;

import module java.base;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over rows of more than {@value Kernels#LANES} logits, many classes of one row at a time. A sum
 * leaves its {@value Kernels#LANES} lanes to {@link LaneReduction}.
 *
 * <p>Exponentials below the least normal float need a comparison, which costs a tenth of a pass. A
 * strip whose extremes show that there are none does without; in others {@link #flush} follows, which
 * reads the logits once more. Exponentials go straight to the output, unless it holds the targets or
 * the logits that are read once more.
 */
final class WideRows extends Rows {
  static final PerThread<WideRows> OF_THREAD = new PerThread<>(WideRows::new);

  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final int L = F.length();
  private static final int LANES = Kernels.LANES;

  /** Logits of a strip that stay in the first-level cache with all that is made of them. */
  private static final int STRIP = 2048;

  /** Classes from which a row is long: its passes wait for the caches behind the first. */
  static final int LONG = 1 << 14;

  /** The first float that begins a line of the cache, as the JVM lays large arrays out; wrong, it costs time alone. */
  private static final int FIRST = 12;

  /** No element to leave out of a sum. */
  private static final int[] NONE = IntStream.generate(() -> -1).limit(ROWS).toArray();

  /** Those at T = 1 and those at a temperature. */
  final Exponentials hard = new Exponentials();
  final Exponentials soft = new Exponentials();

  /** The lanes of {@link #dot}, and what they begin with. */
  final float[] dotLanes = LaneReduction.lanes(ROWS);
  final float[] dotHead = new float[LANES];
  private final float[] reduction = LaneReduction.lanes(ROWS);

  /**
   * Elements of a long row that come before its first line of the cache, done one by one, since vectors that lie in two
   * lines each take up to twice the time. The row's other elements then meet other lanes, all turned by as many; a lane
   * sum folds by halves, so it adds the same pairs.
   */
  int head;

  /** Whether no exponent of the strip is below {@link Exp#LOWEST}. */
  private boolean normal;

  /** Exponentials of a strip: where they are, and the lanes of their sums. */
  static final class Exponentials {
    final float[] lanes = LaneReduction.lanes(ROWS);

    /** What the lanes begin with: the head of a long row, or 0. */
    final float[] head = new float[LANES];

    float[] e = {};
    int offset;
    private float[] buffer = {};

    /** They go to an output, or to a buffer of so many if there is none. */
    void to(float[] out, int to, int size) {
      if (out == null && buffer.length < size) {
        buffer = new float[size];
      }
      e = out == null ? buffer : out;
      offset = out == null ? 0 : to;
    }
  }

  @Override
  int strip(int classes) {
    int strip = Math.clamp(STRIP / classes, 1, ROWS);
    return strip < LANES ? strip : strip / LANES * LANES;
  }

  /**
   * As signed integers, the bits of floats have their order where a float is not negative, and the
   * opposite order among negative ones; as unsigned integers, the negative float of largest size is
   * the largest.
   *
   * <p>Two vectors a turn keep this method above the 325 bytecodes that C2 inlines: inlined into a caller
   * that also holds a product, its vectors were boxed for good, 8 KB a call at 700 classes (ClassifierTest).
   */
  @Override
  void maxima(float s) {
    if (head > 0) {
      Arrays.fill(hard.head, 0f);
      Arrays.fill(soft.head, 0f);
      Arrays.fill(dotHead, 0f);
    }
    head = L == 16 && cols >= LONG ? (FIRST - zo) & (L - 1) : 0;
    int at = zo + head;
    int last = cols - head - L;
    IntVector vUnsigned = IntVector.broadcast(I, 0);
    for (int r = 0; r < rows; r++, at += cols) {
      IntVector vMax = fromArray(F, z, at + last).reinterpretAsInts();
      IntVector vMin = vMax;
      vUnsigned = vUnsigned.lanewise(UMAX, vMax);
      for (int i = 0; i <= last; i += 2 * L) {
        IntVector vz = fromArray(F, z, at + i).reinterpretAsInts();
        IntVector vNext = fromArray(F, z, at + Math.min(i + L, last)).reinterpretAsInts();
        vMax = vMax.max(vz).max(vNext);
        vMin = vMin.min(vz).min(vNext);
        vUnsigned = vUnsigned.lanewise(UMAX, vz).lanewise(UMAX, vNext);
      }
      int bits = vMax.reduceLanes(MAX);
      max[r] = Float.intBitsToFloat(bits < 0 ? vMin.reduceLanes(MIN) : bits);
    }
    // The top bit flipped: an unsigned maximum of lanes is no one operation, and would be boxed.
    int bits = vUnsigned.add(Integer.MIN_VALUE).reduceLanes(MAX) + Integer.MIN_VALUE;
    float least = bits < 0 ? Float.intBitsToFloat(bits) : 0f;
    for (int i = 0; i < head; i++) {
      max[0] = Math.max(max[0], z[zo + i]);
      least = Math.min(least, z[zo + i]);
    }
    normal = true;
    for (int r = 0; r < rows; r++) {
      normal &= half(least, max[r]) * s >= Exp.LOWEST;
    }
    head = normal ? head : 0;
  }

  private static float half(float z, float m) {
    return Math.fma(z, 0.5f, -0.5f * m);
  }

  @Override
  void harden(int[] labels, int lo, float[] out, int to) {
    takeLabels(labels, lo);
    hard.to(normal ? out : null, to, strip(cols) * cols);
    begin(hard, 2f, labels[lo]);
    WideExponentials.hard(this, labels, lo);
    if (!normal) {
      flush(hard, 2f, labels, lo);
    }
    sum(rest, hard.lanes);
    addOwn(labels, lo);
  }

  @Override
  void soften(float s, float[] out, int to) {
    soft.to(normal ? out : null, to, strip(cols) * cols);
    begin(soft, s, -1);
    WideExponentials.soft(this, s);
    if (!normal) {
      flush(soft, s, NONE, 0);
    }
    sum(softSum, soft.lanes);
  }

  @Override
  void both(int[] labels, int lo, float[] p, int po, float s, float[] out, int to) {
    if (!normal) {
      dots(p, po);
      harden(labels, lo, null, 0);
      soften(s, null, 0);
      return;
    }
    takeLabels(labels, lo);
    hard.to(null, 0, strip(cols) * cols);
    soft.to(out, to, strip(cols) * cols);
    for (int i = 0; i < head; i++) {
      dotHead[LANES - head + i] = Math.fma(p[po + i], half(z[zo + i], max[0]), 0f);
    }
    begin(hard, 2f, labels[lo]);
    begin(soft, s, -1);
    WideExponentials.both(this, labels, lo, p, po, s);
    sum(rest, hard.lanes);
    sum(softSum, soft.lanes);
    sum(dot, dotLanes);
    addOwn(labels, lo);
  }

  /** The exponentials before the first line, and the lanes of their sum, in which one is left out. */
  private void begin(Exponentials x, float s, int leftOut) {
    for (int i = 0; i < head; i++) {
      float e = Exp.nonPositive(half(z[zo + i], max[0]) * s);
      x.e[x.offset + i] = e;
      x.head[LANES - head + i] = i == leftOut ? 0f : e;
    }
  }

  private void sum(float[] sum, float[] lanes) {
    LaneReduction.sum(sum, lanes, rows, LANES, reduction);
  }

  /**
   * Replaces exponentials below the least normal float by 0, and adds the lanes anew.
   *
   * @param leftOut for each row, the element that its sum leaves out
   */
  private void flush(Exponentials x, float s, int[] leftOut, int lo) {
    float[] e = x.e;
    float[] lanes = x.lanes;
    int whole = F.loopBound(cols);
    for (int r = 0; r < rows; r++) {
      int at = zo + r * cols;
      int to = r * cols;
      float shift = -0.5f * max[r];
      int out = leftOut[lo + r];
      for (int part = 0; part < LANES; part += L) {
        IntVector vIndex = IntVector.fromArray(I, WideExponentials.INDEX, part);
        FloatVector vSum = broadcast(F, 0f);
        for (int i = part; i < whole; i += LANES) {
          FloatVector vx = fromArray(F, z, at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          vx = vx.mul(broadcast(F, s));
          FloatVector ve = fromArray(F, e, to + i).blend(0f, vx.compare(LT, Exp.LOWEST));
          ve.intoArray(e, to + i);
          vSum = vSum.add(ve, vIndex.compare(NE, out).cast(F));
          vIndex = vIndex.add(LANES);
        }
        vSum.intoArray(lanes, r * LANES + part);
      }
      for (int i = whole; i < cols; i++) {
        e[to + i] = half(z[at + i], max[r]) * s < Exp.LOWEST ? 0f : e[to + i];
        lanes[r * LANES + i % LANES] += i == out ? 0f : e[to + i];
      }
    }
  }

  @Override
  void dots(float[] p, int po) {
    int whole = F.loopBound(cols);
    for (int r = 0, at = 0; r < rows; r++, at += cols) {
      float shift = -0.5f * max[r];
      for (int part = 0; part < LANES; part += L) {
        FloatVector vSum = broadcast(F, 0f);
        for (int i = part; i < whole; i += LANES) {
          FloatVector vd = fromArray(F, z, zo + at + i).fma(broadcast(F, 0.5f), broadcast(F, shift));
          FloatVector vp = fromArray(F, p, po + at + i);
          vSum = vSum.blend(vp.fma(vd, vSum), vp.compare(NE, 0f));
        }
        vSum.intoArray(dotLanes, r * LANES + part);
      }
      for (int i = whole; i < cols; i++) {
        int lane = r * LANES + i % LANES;
        float each = p[po + at + i];
        dotLanes[lane] =
            each == 0f
                ? dotLanes[lane]
                : Math.fma(each, half(z[zo + at + i], max[r]), dotLanes[lane]);
      }
    }
    sum(dot, dotLanes);
  }

  private void takeLabels(int[] labels, int lo) {
    for (int r = 0; r < rows; r++) {
      labelHalf[r] = half(z[zo + r * cols + labels[lo + r]], max[r]);
    }
  }

  private void addOwn(int[] labels, int lo) {
    for (int r = 0; r < rows; r++) {
      int y = hard.offset + r * cols + labels[lo + r];
      own[r] = hard.e[y];
      hardSum[r] = rest[r] + own[r];
      hard.e[y] = 0f - rest[r];
    }
  }

  @Override
  void softmax(float[] y, int yo) {
    multiplyHead(y, yo, soft, 1f / softSum[0], 0f);
    for (int r = 0, at = head; r < rows; r++, at += cols) {
      multiply(y, yo + at, soft, at, 1f / softSum[r], 0f);
    }
  }

  @Override
  void hardGradient(
      float[] dz, int dzo, int[] labels, int lo, float scale, float others, float allOthers) {
    multiplyHead(dz, dzo, hard, 1f / hardSum[0] * scale, others);
    for (int r = 0, at = head; r < rows; r++, at += cols) {
      float rate = 1f / hardSum[r] * scale;
      multiply(dz, dzo + at, hard, at, rate, others);
      dz[dzo + at - head + labels[lo + r]] = Math.fma(0f - rest[r], rate, allOthers);
    }
  }

  /** y = e rate - others for the head. */
  private void multiplyHead(float[] y, int yo, Exponentials x, float rate, float others) {
    for (int i = 0; i < head; i++) {
      y[yo + i] = Math.fma(x.e[x.offset + i], rate, -others);
    }
  }

  /** The same for a row, or the rest of it. */
  private void multiply(float[] y, int yo, Exponentials x, int from, float rate, float others) {
    float[] e = x.e;
    int eo = x.offset + from;
    int last = cols - head - L;
    FloatVector vLast = fromArray(F, e, eo + last).fma(broadcast(F, rate), broadcast(F, -others));
    for (int i = 0; i <= last; i += L) {
      FloatVector ve = fromArray(F, e, eo + i);
      ve.fma(broadcast(F, rate), broadcast(F, -others)).intoArray(y, yo + i);
    }
    vLast.intoArray(y, yo + last);
  }

  @Override
  void gradient(
      float[] dz, int dzo, float[] p, int po, float hardScale, float softScale) {
    gradientHead(dz, dzo, p, po, 1f / hardSum[0] * hardScale, softScale);
    int last = cols - head - L;
    for (int r = 0, at = head; r < rows; r++, at += cols) {
      float hardRate = 1f / hardSum[r] * hardScale;
      float rate = 1f / softSum[r];
      int softAt = soft.offset + at;
      FloatVector vLast = fromArray(F, soft.e, softAt + last);
      vLast = vLast.fma(broadcast(F, rate), fromArray(F, p, po + at + last).neg());
      vLast = vLast.mul(broadcast(F, softScale));
      vLast = fromArray(F, hard.e, at + last).fma(broadcast(F, hardRate), vLast);
      for (int i = 0; i <= last; i += L) {
        FloatVector ve = fromArray(F, soft.e, softAt + i);
        ve = ve.fma(broadcast(F, rate), fromArray(F, p, po + at + i).neg());
        ve = ve.mul(broadcast(F, softScale));
        FloatVector vh = fromArray(F, hard.e, at + i);
        vh.fma(broadcast(F, hardRate), ve).intoArray(dz, dzo + at + i);
      }
      vLast.intoArray(dz, dzo + at + last);
    }
  }

  private void gradientHead(
      float[] dz, int dzo, float[] p, int po, float hardRate, float softScale) {
    float rate = 1f / softSum[0];
    for (int i = 0; i < head; i++) {
      float g = Math.fma(soft.e[soft.offset + i], rate, -p[po + i]) * softScale;
      dz[dzo + i] = Math.fma(hard.e[i], hardRate, g);
    }
  }
}
