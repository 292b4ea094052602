package dev.retort.spark;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Digits in the forms that a column can have, and networks to answer for them. */
final class Samples {
  /** More than two batches, and no multiple of one. */
  static final int COUNT = 700;

  static final Dataset DIGITS =
      Digits.load().test().select(IntStream.range(0, COUNT).toArray());

  /** Their pixels from 0 to 1. */
  static final Tensor PIXELS = DIGITS.features(0, COUNT);

  private Samples() {}

  /** A session in this process, shared by all tests of it. */
  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 3)
        .config("spark.driver.host", "localhost")
        .getOrCreate();
  }

  static Network network(long seed) {
    return Network.mlp(784, 20, 10).seed(seed).build();
  }

  /** Saves a network that takes raw pixels divided by 255. */
  static String save(Path file, Network network) throws IOException {
    Checkpoint.save(file, network, new ModelInfo(List.of(), List.of(), 255, Map.of()));
    return file.toString();
  }

  static float[] pixels(int sample) {
    return PIXELS.rows(sample, sample + 1).toArray();
  }

  /** Rows of an id, the label and a feature column of some type. */
  static org.apache.spark.sql.Dataset<Row> rows(DataType type, IntFunction<Object> features) {
    int[] labels = DIGITS.labels();
    List<Row> rows =
        IntStream.range(0, COUNT)
            .mapToObj(i -> RowFactory.create((long) i, (double) labels[i], features.apply(i)))
            .toList();
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("label", DataTypes.DoubleType)
            .add("features", type);
    return session().createDataFrame(rows, schema);
  }

  static Object vector(int sample) {
    float[] pixels = pixels(sample);
    return Vectors.dense(IntStream.range(0, pixels.length).mapToDouble(i -> pixels[i]).toArray());
  }

  static List<Float> floats(int sample) {
    return IntStream.range(0, 784).mapToObj(i -> PIXELS.get(sample, i)).toList();
  }

  static byte[] bytes(int sample) {
    float[] pixels = pixels(sample);
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(pixels[i] * 255);
    }
    return bytes;
  }

  /** Names of everything in a folder, those of checksums left out. */
  static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".crc")).sorted().toList();
    }
  }

  static float[] logits(Network network, int sample) {
    return Arrays.copyOf(network.forward(PIXELS.rows(sample, sample + 1)).toArray(), 10);
  }
}
