package dev.retort.spark;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import dev.retort.model.Classifier;
import dev.retort.nn.Network;
import java.lang.management.ManagementFactory;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Prints images a second of {@link Score} on executors of this machine beside a plain loop over images in memory, on as
 * many threads as the executors have cores, measured before and after. Arguments are networks such as {@code
 * 784-256-256-10}.
 */
final class ScoringSpeed {
  private static final int FILES = 40;
  private static final int IMAGES_A_FILE = 50_000;
  private static final int TASKS = 10;
  private static final int BATCH = 64;
  private static final long ROUND_NANOS = 1_500_000_000L;
  private static final Pattern SECONDS = Pattern.compile("piece 1 of 1: ([0-9.]+) s");

  private ScoringSpeed() {}

  /** Executors with so many cores each, and the column of the images. */
  private record Layout(String features, int executors, int cores) {}

  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout("binary", 1, 2), new Layout("binary", 1, 1), new Layout("binary", 2, 1),
          new Layout("floats", 1, 2));

  public static void main(String[] args) throws Exception {
    Path folder = Path.of("target", "speed", FILES + "x" + IMAGES_A_FILE).toAbsolutePath();
    if (!Files.exists(folder.resolve("binary").resolve("_SUCCESS"))) { // written last
      writeImages(folder.resolve("binary"), folder.resolve("floats"));
    }
    System.out.println(
        "| network | features | executors x cores | plain loop, images a second | Score | share | plain loop, CPU us"
            + " an image | Score | share |");
    System.out.println("|---|---|---|---:|---:|---:|---:|---:|---:|");
    for (String name : args) {
      int[] sizes = Arrays.stream(name.split("-", -1)).mapToInt(Integer::parseInt).toArray();
      Network network = Network.mlp(sizes).build();
      Classifier classifier = Classifier.of(network);
      String model = Samples.save(folder.resolve("model.safetensors"), network);
      for (Layout layout : LAYOUTS) {
        int threads = layout.executors() * layout.cores();
        Speed before = plainLoop(classifier, threads);
        Speed score = score(folder.resolve(layout.features()) + "/part-*", FILES * IMAGES_A_FILE, model, layout);
        Speed after = plainLoop(classifier, threads);
        double plain = (before.images() + after.images()) / 2;
        double cpu = (before.cpu() + after.cpu()) / 2;
        System.out.printf(
            "| %s | %s | %d x %d | %,.0f | %,.0f | %.0f%% | %.1f | %.1f | %.0f%% |%n",
            name, layout.features(), layout.executors(), layout.cores(), plain, score.images(),
            100 * score.images() / plain, cpu, score.cpu(), 100 * cpu / score.cpu());
      }
    }
  }

  /**
   * What was measured.
   *
   * @param images a second
   * @param cpu time that the computing threads used, microseconds an image; others do not disturb it
   */
  private record Speed(double images, double cpu) {}

  /** The same digits over and over: as bytes, and as floats from 0 to 1, a piece after the other. */
  private static void writeImages(Path binary, Path floats) throws IOException {
    try (SparkSession spark = Samples.session()) {
      Dataset digits = Digits.load().train();
      int size = digits.rowSize();
      float[] pixels = digits.features(0, digits.rows()).data();
      var images = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(pixels);
      var ids = spark.range(0, (long) FILES * IMAGES_A_FILE, 1, FILES);
      MapFunction<Long, Row> asFloats =
          id -> RowFactory.create(id, image(images.value(), id, size));
      StructType schema = new StructType().add("id", DataTypes.LongType);
      ids.map(asFloats, Encoders.row(schema.add("features", DataTypes.createArrayType(DataTypes.FloatType))))
          .write().mode("overwrite").parquet(floats.toString());
      MapFunction<Long, Row> asBytes =
          id -> {
            float[] image = image(images.value(), id, size);
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
              bytes[i] = (byte) Math.round(image[i] * 255);
            }
            return RowFactory.create(id, bytes);
          };
      ids.map(asBytes, Encoders.row(schema.add("features", DataTypes.BinaryType)))
          .write().mode("overwrite").parquet(binary.toString());
    }
  }

  private static float[] image(float[] images, long id, int size) {
    int at = (int) (id % (images.length / size)) * size;
    return Arrays.copyOfRange(images, at, at + size);
  }

  /** The speed of threads that have all images in memory and keep all logits. */
  private static Speed plainLoop(Classifier classifier, int threads) throws Exception {
    Dataset digits = Digits.load().train();
    float[][] batches = new float[digits.rows() / BATCH][];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = digits.features(i * BATCH, (i + 1) * BATCH).toArray();
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Speed speed = new Speed(0, 0);
      for (int round = 0; round < 2; round++) { // the first warms up
        long end = System.nanoTime() + ROUND_NANOS;
        Callable<Speed> loop = () -> loop(classifier, batches, end);
        double images = 0;
        double cpu = 0;
        for (Future<Speed> each : pool.invokeAll(Collections.nCopies(threads, loop))) {
          images += each.get().images();
          cpu += each.get().cpu() / threads;
        }
        speed = new Speed(images, cpu);
      }
      return speed;
    }
  }

  private static Speed loop(Classifier classifier, float[][] batches, long end) {
    float[][] logits = new float[batches.length][BATCH * classifier.classes()];
    long start = System.nanoTime();
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long images = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < batches.length; i++) {
        classifier.logits(batches[i], BATCH, logits[i]);
        images += BATCH;
      }
    }
    double used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    return new Speed(images * 1e9 / (System.nanoTime() - start), used / 1000 / images);
  }

  /** Images and CPU time of the tasks that wrote answers. */
  private static final class Tasks extends SparkListener {
    private final List<long[]> tasks = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      tasks.add(
          new long[] {task.taskMetrics().outputMetrics().recordsWritten(), task.taskMetrics().executorCpuTime()});
    }

    /** Microseconds an image, without the first images, which warm up. */
    double cpu(long warmUp) {
      long images = 0;
      long counted = 0;
      long nanos = 0;
      for (long[] task : List.copyOf(tasks)) {
        images += task[0];
        if (task[0] > 0 && images > warmUp) {
          counted += task[0];
          nanos += task[1];
        }
      }
      return nanos / 1000.0 / counted;
    }
  }

  /** The second of two runs; the first warms up. */
  private static Speed score(String features, int images, String model, Layout layout) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "cluster");
    try (Cluster cluster = new Cluster(folder, layout.executors(), layout.cores());
        SparkSession spark =
            SparkSession.builder().master(cluster.url())
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "localhost")
                .config("spark.executor.memory", "1500m")
                .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config("spark.scheduler.minRegisteredResourcesRatio", 1)
                .config("spark.sql.files.maxPartitionBytes", "1g")
                .config("spark.sql.files.minPartitionNum", TASKS - 1) // less than the files in a task, rounded down
                .getOrCreate()) {
      Tasks tasks = new Tasks();
      spark.sparkContext().addSparkListener(tasks);
      double seconds = Double.NaN;
      for (String out : List.of("first", "second")) {
        Run run =
            Run.of(
                new Score(), "--features", features, "--teacher", model, "--out", folder.resolve(out).toString(),
                "--pieces", "1");
        Matcher found = SECONDS.matcher(run.out());
        if (run.code() != 0 || !found.find()) {
          throw new IllegalStateException(run.out() + run.err());
        }
        seconds = Double.parseDouble(found.group(1));
      }
      return new Speed(images / seconds, tasks.cpu(images));
    }
  }
}
