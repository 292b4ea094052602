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
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Many images, the embedded digits repeated and shifted, in IDX files: time and memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LargeData {
  private static final int SIDE = 28;
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;

  /** The engine's backend. */
  @Param("vector")
  public String by;

  /** Threads that may share the work. */
  @Param("1")
  public int threads;

  /** For training. */
  @Param({"60000", "1000000"})
  public int images;

  /** To load alone, or to go through the images once. */
  @Param({"load", "epoch"})
  public String work;

  private Path folder;

  /** Writes the files. */
  @Setup
  public void setUp() throws IOException {
    Retort.choose(by, threads);
    folder = Files.createTempDirectory("retort-images");
    TrainTest digits = Digits.load();
    write("train", digits.train(), images);
    write("t10k", digits.test(), digits.test().rows());
  }

  private void write(String name, Dataset from, int count) throws IOException {
    float[] pixels = from.features(0, from.rows()).toArray();
    Random random = new Random(1);
    byte[] image = new byte[SIDE * SIDE];
    try (DataOutputStream all = open(name + "-images-idx3-ubyte")) {
      for (int word : new int[] {IMAGES_MAGIC, count, SIDE, SIDE}) {
        all.writeInt(word);
      }
      for (int i = 0; i < count; i++) {
        int shift = random.nextInt(3) + SIDE * random.nextInt(3);
        int at = i % from.rows() * image.length;
        for (int j = 0; j < image.length; j++) {
          image[j] = j < shift ? 0 : (byte) Math.round(255 * pixels[at + j - shift]);
        }
        all.write(image);
      }
    }
    try (DataOutputStream all = open(name + "-labels-idx1-ubyte")) {
      all.writeInt(LABELS_MAGIC);
      all.writeInt(count);
      for (int i = 0; i < count; i++) {
        all.writeByte(from.labels()[i % from.rows()]);
      }
    }
  }

  private DataOutputStream open(String name) throws IOException {
    return new DataOutputStream(
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(name))));
  }

  /** Reads the files, and then may train 784-128-10 on batches of 100. */
  @Benchmark
  public TrainTest run(Footprint footprint) throws IOException {
    TrainTest read = DataFiles.at(folder).load();
    if (work.equals("epoch")) {
      Network network = Network.mlp(SIDE * SIDE, 128, 10).build();
      Training.sgd(0.1).epochs(1).fit(network, read.train(), Loss.crossEntropy());
    }
    footprint.resident = FirstAnswers.residentMebibytes();
    return read;
  }

  /** Leaves nothing behind. */
  @TearDown
  public void tearDown() throws IOException {
    for (String name : new String[] {"train", "t10k"}) {
      Files.delete(folder.resolve(name + "-images-idx3-ubyte"));
      Files.delete(folder.resolve(name + "-labels-idx1-ubyte"));
    }
    Files.delete(folder);
  }
}
