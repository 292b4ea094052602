package dev.retort.bench;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.train.Training;
import org.openjdk.jmh.annotations.Param;

/** Many images, the embedded digits repeated and shifted, in IDX files: time and memory. */
public class LargeData extends Measured.Once {
  private static final int SIDE = 28;

  /** For training. */
  @Param({"60000", "1000000"})
  public int images;

  /** To load alone, or to go through the images once. */
  @Param({"load", "epoch"})
  public String work;

  private Path folder;

  /** Writes the files. */
  @Override
  protected Runnable prepare() throws IOException {
    Retort.choose(by, threads);
    folder = Files.createTempDirectory("retort-images");
    folder.toFile().deleteOnExit();
    TrainTest digits = Digits.load();
    write("train", digits.train(), images);
    write("t10k", digits.test(), digits.test().rows());
    return this::read;
  }

  /** Shifted by up to two pixels, which brings in the blank margin of the next image. */
  private void write(String name, Dataset from, int count) throws IOException {
    float[] pixels = from.features(0, from.rows()).toArray();
    byte[] bytes = new byte[pixels.length + 3 * SIDE];
    IntStream.range(0, pixels.length).forEach(i -> bytes[i] = (byte) Math.round(255 * pixels[i]));
    Random random = new Random(1);
    try (OutputStream images = open(name + "-images-idx3-ubyte");
        OutputStream labels = open(name + "-labels-idx1-ubyte")) {
      images.write(ByteBuffer.allocate(16).putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE).array());
      labels.write(ByteBuffer.allocate(8).putInt(0x801).putInt(count).array());
      for (int i = 0; i < count; i++) {
        int sample = i % from.rows();
        images.write(bytes, SIDE * (SIDE * sample + random.nextInt(3)) + random.nextInt(3), SIDE * SIDE);
        labels.write(from.labels()[sample]);
      }
    }
  }

  private OutputStream open(String name) throws IOException {
    Path file = folder.resolve(name);
    file.toFile().deleteOnExit();
    return new BufferedOutputStream(Files.newOutputStream(file));
  }

  /** Reads the files, and then may train 784-128-10 on batches of 100. */
  private void read() {
    TrainTest read = DataFiles.at(folder).load();
    if (work.equals("epoch")) {
      Network network = Network.mlp(SIDE * SIDE, 128, 10).build();
      Training.sgd(0.1).epochs(1).fit(network, read.train(), Loss.crossEntropy());
    }
    resident = memory();
  }
}
