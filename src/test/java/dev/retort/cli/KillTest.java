package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that saves itself is killed at random moments, {@code -Dretort.kills=200} of them or a few: the results are
 * those of the run before or its own, never of both, and resuming gives the models of a run that nobody killed.
 */
final class KillTest {
  private static final int KILLS = Integer.getInteger("retort.kills", 4);
  private static final Map<String, String> NETWORKS =
      Map.of(
          "teacher", "teacher.safetensors", "studentAlone", "student-alone.safetensors",
          "studentDistilled", "student-distilled.safetensors");

  /** Half of the kills come after this line, in the whole run, half after the other, when results are written. */
  private static final String BEGIN = "Data: ";

  private static final String END = "student distilled  100%";

  @TempDir private Path folder;

  private final Random random = new Random(1);
  private Path out;
  private Object[] distill;
  private Map<String, String> before;
  private Map<String, String> whole;

  @BeforeEach
  void wholeRuns() throws Exception {
    Path data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    distill =
        new Object[] {
          "distill", "--data", data, "--teacher", "12", "--student", "5", "--teacher-epochs", 60,
          "--epochs", 60, "--batch", 20, "--threads", 1
        };
    out = folder.resolve("out");
    before = models(folder.resolve("before"), 1);
    whole = models(folder.resolve("whole"), 2);
  }

  private Map<String, String> models(Path to, int seed) throws Exception {
    Cli.run(distill, "--out", to, "--seed", seed).output();
    return models(to);
  }

  /** The SHA-256 of each network that {@code result.json} names, which must be that of its file. */
  private static Map<String, String> models(Path folder) throws Exception {
    Map<String, Object> result = Json.read(folder.resolve("result.json"));
    Map<String, String> models = new TreeMap<>();
    for (Map.Entry<String, String> network : NETWORKS.entrySet()) {
      byte[] model = Files.readAllBytes(folder.resolve(network.getValue()));
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model));
      assertEquals(Json.object(result, network.getKey()).get("modelSha256"), sha256);
      models.put(network.getKey(), sha256);
    }
    return models;
  }

  private void restoreTheRunBefore() throws IOException {
    if (Files.exists(out)) {
      for (Path file : files(out)) {
        Files.delete(file);
      }
    }
    Files.createDirectories(out);
    for (Path file : files(folder.resolve("before"))) {
      Files.copy(file, out.resolve(file.getFileName()));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private Process start() throws IOException {
    String[] args = Cli.words(distill, "--out", out, "--seed", 2, "--checkpoint-every", 5);
    return Jvm.builder(Jvm.VECTOR, Main.class, args)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Waits for a line that begins so, and returns the time. */
  private static long await(Process process, String line) throws IOException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String read = lines.readLine(); ; read = lines.readLine()) {
      assertTrue(read != null, "no line " + line);
      if (read.startsWith(line)) {
        return System.nanoTime();
      }
    }
  }

  /** What a kill left: how far the run had come. */
  private String state() throws Exception {
    List<String> names = files(out).stream().map(file -> file.getFileName().toString()).toList();
    if (!names.contains("result.json")) {
      assertTrue(names.contains(".retort-done"), names::toString);
      return "between old and new results";
    }
    Map<String, String> models = models(out);
    if (models.equals(whole)) {
      return "new results";
    }
    assertEquals(before, models);
    for (String role : List.of("student-distilled", "student-alone", "teacher")) {
      if (names.contains(role + "-seed-2.checkpoint")) {
        return "old results, checkpoint of " + role;
      }
    }
    return "old results, no checkpoint";
  }

  @Test
  void everyKillLeavesAWholeRunAndResumingEndsIt() throws Exception {
    restoreTheRunBefore();
    Process undisturbed = start();
    long begin = await(undisturbed, BEGIN);
    long end = await(undisturbed, END);
    undisturbed.waitFor();
    long[] rest = {System.nanoTime() - begin, System.nanoTime() - end};
    assertEquals(whole, models(out));
    Map<String, Integer> states = new TreeMap<>();
    for (int kill = 0; kill < KILLS; kill++) {
      restoreTheRunBefore();
      Process process = start();
      await(process, kill % 2 == 0 ? BEGIN : END);
      TimeUnit.NANOSECONDS.sleep((long) (random.nextDouble() * rest[kill % 2]));
      process.destroyForcibly().waitFor();
      String state = state();
      states.merge(state, 1, Integer::sum);
      Cli.Outcome resumed = Cli.run(distill, "--out", out, "--seed", 2, "--resume");
      assertEquals(0, resumed.code(), resumed::err);
      if (state.endsWith("student-distilled")) {
        assertFalse(resumed.out().contains("teacher   20%"), resumed::out);
        assertFalse(resumed.out().contains("student alone   20%"), resumed::out);
      }
      assertEquals(whole, models(out));
      List<String> left = new ArrayList<>();
      files(out).forEach(file -> left.add(file.getFileName().toString()));
      left.removeAll(NETWORKS.values());
      left.removeAll(List.of("result.json", "report.html", ".retort-lock"));
      assertEquals(List.of(), left);
    }
    System.out.println(KILLS + " kills: " + states);
  }
}
