package dev.retort.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.cli.Cli;
import dev.retort.data.Npy;
import dev.retort.nn.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that users get, submitted to a cluster of a master and two workers, one of which is killed. */
class ClusterTest {
  private static final Path JAR = Path.of("target", "retort-spark_2.13-0.1.0.jar").toAbsolutePath();
  private static final int FILES = 16;
  private static final List<String> OPTIONS =
      List.of(
          "spark.executor.memory=700m", "spark.ui.enabled=false", "spark.cores.max=2", "spark.executor.cores=1");

  @TempDir private Path folder;

  @Test
  void aLostWorkerChangesNothing() throws Exception {
    Network teacher = Network.mlp(784, 1200, 1200, 10).build();
    String model = Samples.save(folder.resolve("teacher.safetensors"), teacher);
    Path data = Files.createDirectories(folder.resolve("data"));
    for (int i = 0; i < FILES; i++) {
      Npy.write(data.resolve("x%02d.npy".formatted(i)), Samples.PIXELS);
    }
    Path out = folder.resolve("out");
    Path npy = folder.resolve("logits.npy");
    try (Cluster cluster = new Cluster(folder, 2, 1)) {
      List<String> withBoth = new ArrayList<>(OPTIONS);
      withBoth.add("spark.scheduler.minRegisteredResourcesRatio=1");
      Process score =
          cluster.submit(
              "score", JAR, "dev.retort.spark.Score", withBoth, "--features", data.toString(), "--teacher", model,
              "--out", out.toString(), "--npy", npy.toString(), "--pieces", "1");
      awaitFirstTask(out, score);
      cluster.kill(0);
      assertTrue(score.waitFor(3, TimeUnit.MINUTES), () -> log(cluster, "score"));
      assertEquals(0, score.exitValue(), () -> log(cluster, "score"));
      assertTrue(cluster.log("score").contains("Lost executor"), () -> log(cluster, "score"));
      assertArrayEquals(expected(teacher), Npy.read(npy).toArray());
      for (String log : cluster.executorLogs()) { // Spark asks for the module by itself
        assertTrue(log.contains("Using incubator modules: jdk.incubator.vector"), log);
      }
      assertSweep(cluster);
    }
  }

  /** Waits until a task has delivered its rows while the job goes on. */
  private static void awaitFirstTask(Path out, Process score) throws Exception {
    Path tasks = out.resolve("_unfinished-0").resolve("_temporary").resolve("0");
    while (score.isAlive()
        && (!Files.isDirectory(tasks) || Samples.names(tasks).stream().noneMatch(name -> name.startsWith("task_")))) {
      Thread.sleep(5);
    }
  }

  private static float[] expected(Network teacher) {
    float[] once = teacher.logits(Samples.DIGITS).toArray();
    float[] all = new float[FILES * once.length];
    for (int i = 0; i < FILES; i++) {
      System.arraycopy(once, 0, all, i * once.length, once.length);
    }
    return all;
  }

  private void assertSweep(Cluster cluster) throws Exception {
    String[] settings = {"--teacher", "8", "--teacher-epochs", "1", "--epochs", "1", "--temperature", "3"};
    String[] args =
        Stream.concat(
                Stream.of("--out", folder.resolve("sweep").toString(), "--"),
                Stream.concat(Stream.of(settings), Stream.of("--student", "4,12")))
            .toArray(String[]::new);
    Process sweep = cluster.submit("sweep", JAR, "dev.retort.spark.Sweep", OPTIONS, args);
    assertTrue(sweep.waitFor(2, TimeUnit.MINUTES), () -> log(cluster, "sweep"));
    assertEquals(0, sweep.exitValue(), () -> log(cluster, "sweep"));
    String student = cluster.log("sweep").contains("--student 12\n") ? "12" : "4";
    String sha256 =
        Cli.distill(
            folder.resolve("distill"),
            Stream.concat(Stream.of(settings), Stream.of("--student", student)).toArray(String[]::new));
    assertTrue(cluster.log("sweep").contains("SHA-256 " + sha256), () -> log(cluster, "sweep"));
  }

  private static String log(Cluster cluster, String name) {
    try {
      return cluster.log(name);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  @Test
  void theJarHasNothingThatSparkHas() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertTrue(names.contains("dev/retort/spark/jackson/core/JsonFactory.class"));
      assertTrue(names.contains("dev/retort/model/Classifier.class"));
      assertFalse(
          names.stream().anyMatch(name -> name.matches("(com/fasterxml|org/apache|scala)/.*")), names::toString);
    }
  }
}
