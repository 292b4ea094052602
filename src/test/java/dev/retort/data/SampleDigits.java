package dev.retort.data;

import module java.base;
import dev.retort.kernel.CounterRandom;

/** Rebuilds the embedded digits from the four MNIST files: {@code SampleDigits FROM INTO}. */
public final class SampleDigits {
  static final int TRAIN = 10_000;
  static final int TEST = 2_000;
  private static final long SEED = 2015;
  private static final int CLASSES = 10;

  private SampleDigits() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: SampleDigits FROM INTO");
    }
    Path from = Path.of(args[0]);
    Path into = Files.createDirectories(Path.of(args[1]));
    sample(from, into, "train", TRAIN);
    sample(from, into, "t10k", TEST);
  }

  /** Draws {@code count} samples of one part and writes them, in their order, to {@code into}. */
  static void sample(Path from, Path into, String part, int count) throws IOException {
    String images = part + "-images-idx3-ubyte.gz";
    String labels = part + "-labels-idx1-ubyte.gz";
    DataArray allImages = Idx.read(from.resolve(images));
    DataArray allLabels = Idx.read(from.resolve(labels));
    int[] ints = new int[allLabels.data().length];
    Arrays.setAll(ints, i -> allLabels.data()[i]);
    int[] chosen = StratifiedSample.sample(ints, CLASSES, count, CounterRandom.key(SEED, CounterRandom.SPLIT));
    Files.write(into.resolve(images), IdxBytes.gzip(select(allImages, chosen)));
    Files.write(into.resolve(labels), IdxBytes.gzip(select(allLabels, chosen)));
  }

  private static byte[] select(DataArray content, int[] chosen) {
    int size = content.data().length / content.shape()[0];
    byte[] data = new byte[chosen.length * size];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(content.data(), chosen[i] * size, data, i * size, size);
    }
    int[] shape = content.shape().clone();
    shape[0] = chosen.length;
    return IdxBytes.of(data, shape);
  }
}
