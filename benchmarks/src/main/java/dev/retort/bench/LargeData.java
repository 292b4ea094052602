package dev.retort.bench;

import dev.retort.data.DataFiles;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.train.Training;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;

/** Many images, the embedded digits repeated and shifted, in IDX files: time and memory. */
public class LargeData extends Once {
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
  Runnable prepare() throws IOException {
    Retort.choose(by, threads);
    folder = Files.createTempDirectory("retort-images");
    TrainTest digits = Digits.load();
    write("train", digits.train(), images);
    write("t10k", digits.test(), digits.test().rows());
    return this::read;
  }

  private void write(String name, Dataset from, int count) throws IOException {
    float[] pixels = from.features(0, from.rows()).toArray();
    Random random = new Random(1);
    byte[] image = new byte[SIDE * SIDE];
    try (DataOutputStream images = open(name + "-images-idx3-ubyte", 0x803, count, SIDE, SIDE);
        DataOutputStream labels = open(name + "-labels-idx1-ubyte", 0x801, count)) {
      for (int i = 0; i < count; i++) {
        int at = i % from.rows() * image.length;
        int shift = random.nextInt(3) + SIDE * random.nextInt(3);
        for (int j = 0; j < image.length; j++) {
          image[j] = j < shift ? 0 : (byte) Math.round(255 * pixels[at + j - shift]);
        }
        images.write(image);
        labels.writeByte(from.labels()[i % from.rows()]);
      }
    }
  }

  private DataOutputStream open(String name, int... header) throws IOException {
    DataOutputStream file =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(folder.resolve(name))));
    for (int word : header) {
      file.writeInt(word);
    }
    return file;
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

  @TearDown
  public void tearDown() throws IOException {
    Runs.delete(folder);
  }
}
