package dev.retort.data;

import dev.retort.kernel.KeyedRandom;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Rebuilds the embedded digits from the four MNIST files: {@code SampleDigits FROM INTO}. */
public final class SampleDigits {
  private static final long SEED = 2015;

  private SampleDigits() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: SampleDigits FROM INTO");
    }
    Path from = Path.of(args[0]);
    Path into = Files.createDirectories(Path.of(args[1]));
    sample(from, into, "train", 10_000);
    sample(from, into, "t10k", 2_000);
  }

  private static void sample(Path from, Path into, String part, int count) throws IOException {
    Idx.Content images = Idx.read(from.resolve(part + "-images-idx3-ubyte.gz"));
    Idx.Content labels = Idx.read(from.resolve(part + "-labels-idx1-ubyte.gz"));
    int[] ints = new int[labels.data().length];
    Arrays.setAll(ints, i -> labels.data()[i]);
    int[] chosen = Strata.sample(ints, 10, count, KeyedRandom.key(SEED, KeyedRandom.SPLIT));
    write(into.resolve(part + "-images-idx3-ubyte.gz"), select(images, chosen));
    write(into.resolve(part + "-labels-idx1-ubyte.gz"), select(labels, chosen));
  }

  static Idx.Content select(Idx.Content content, int[] chosen) {
    int size = content.data().length / content.shape()[0];
    byte[] data = new byte[chosen.length * size];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(content.data(), chosen[i] * size, data, i * size, size);
    }
    int[] shape = content.shape().clone();
    shape[0] = chosen.length;
    return new Idx.Content(shape, data);
  }

  private static void write(Path file, Idx.Content content) {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      Idx.write(out, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
