package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Retort;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job, small, end to end. */
class MainJobTest {
  private static final Map<String, String> NETWORKS =
      Map.of(
          "teacher", "teacher", "studentAlone", "student-alone",
          "studentDistilled", "student-distilled");

  @TempDir static Path folder;

  private static Path data;

  @BeforeAll
  static void tinyData() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("tiny")));
  }

  private static Object[] distill(Path out, int seed, int threads) {
    return new Object[] {
      "distill", "--data", data, "--out", out, "--teacher", "12-8", "--student", "5",
      "--teacher-epochs", 3, "--epochs", 2, "--batch", 32, "--temperature", 2.5,
      "--hard-weight", 0.25, "--soft-weight", 1.5, "--seed", seed, "--threads", threads
    };
  }

  private static List<Object> hashes(Path out) throws IOException {
    Map<String, Object> result = Json.read(out.resolve("result.json"));
    return List.of("teacher", "studentAlone", "studentDistilled").stream()
        .map(network -> Json.object(result, network).get("modelSha256"))
        .toList();
  }

  @Test
  void resultHasEveryFieldOfItsContract() throws Exception {
    Path out = folder.resolve("contract");
    Cli.run(distill(out, 7, 1)).output();
    Map<String, Object> result = Json.read(out.resolve("result.json"));
    assertEquals(
        Set.of(
            "version", "backend", "seed", "threads", "temperature", "hardWeight", "softWeight",
            "data", "teacher", "studentAlone", "studentDistilled"),
        result.keySet());
    assertEquals(Retort.version(), result.get("version"));
    assertEquals(Retort.backend(), result.get("backend"));
    assertEquals(7, result.get("seed"));
    assertEquals(1, result.get("threads"));
    assertEquals(2.5, result.get("temperature"));
    assertEquals(0.25, result.get("hardWeight"));
    assertEquals(1.5, result.get("softWeight"));
    assertEquals(
        Map.of("name", "tiny", "trainRows", Cli.TRAIN_ROWS, "testRows", Cli.TEST_ROWS),
        result.get("data"));
    network(out, result, "teacher", List.of(36, 12, 8, 4), 36 * 12 + 12 + 12 * 8 + 8 + 8 * 4 + 4);
    network(out, result, "studentAlone", List.of(36, 5, 4), 36 * 5 + 5 + 5 * 4 + 4);
    network(out, result, "studentDistilled", List.of(36, 5, 4), 36 * 5 + 5 + 5 * 4 + 4);
  }

  private static void network(
      Path out, Map<String, Object> result, String name, List<Integer> sizes, int parameters)
      throws Exception {
    Map<String, Object> network = Json.object(result, name);
    assertEquals(
        List.of(
            "sizes", "parameters", "testErrors", "testAccuracy", "trainSeconds", "trainLoss",
            "modelSha256"),
        List.copyOf(network.keySet()));
    assertEquals(sizes, network.get("sizes"));
    assertEquals(parameters, network.get("parameters"));
    int errors = (Integer) network.get("testErrors");
    assertTrue(errors >= 0 && errors <= Cli.TEST_ROWS, () -> errors + " errors");
    assertEquals(1 - (double) errors / Cli.TEST_ROWS, network.get("testAccuracy"));
    assertTrue((Double) network.get("trainSeconds") > 0);
    Map<String, Object> loss = Json.object(network, "trainLoss");
    if (name.equals("studentDistilled")) {
      assertEquals(List.of("total", "hard", "soft", "divergence"), List.copyOf(loss.keySet()));
      assertEquals(
          (Double) loss.get("total"),
          0.25 * (Double) loss.get("hard") + 1.5 * 2.5 * 2.5 * (Double) loss.get("soft"), 1e-9);
    } else {
      assertEquals(List.of("total", "hard"), List.copyOf(loss.keySet()));
      assertEquals(loss.get("total"), loss.get("hard"));
    }
    byte[] model = Files.readAllBytes(out.resolve(NETWORKS.get(name) + ".safetensors"));
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(model);
    assertEquals(HexFormat.of().formatHex(sha256), network.get("modelSha256"));
  }

  @Test
  void numbersHaveAPointWhereverItRuns() throws Exception {
    List<String> german = List.of("-Duser.language=de", "-Duser.country=DE");
    String output = Cli.fork(german, distill(folder.resolve("german"), 7, 1)).out();
    assertTrue(Pattern.compile("\\d\\.\\d").matcher(output).find(), output);
    assertFalse(Pattern.compile("\\d,\\d").matcher(output).find(), output);
  }

  @Test
  void printsWhatItDoes() {
    String output = Cli.run(distill(folder.resolve("printed"), 7, 1)).output();
    List<String> expected =
        List.of(
            "Retort " + Retort.version() + ", " + Retort.backend() + ", threads: 1",
            "Data: tiny, 80 training and 40 test samples",
            "teacher  100%, 0 s left", "student alone  100%, 0 s left",
            "student distilled  100%, 0 s left", "hard target, and the teacher's soft targets",
            "class  hard   T = 1", "T = 2.5", "T = 20", "is what the student learns",
            "evaluated at T = 1", "36-12-8-4", "36-5-4",
            "Models, result.json and report.html are in ");
    int at = 0;
    for (String text : expected) {
      int next = output.indexOf(text, at);
      assertTrue(next >= 0, () -> "no '" + text + "' where it should be in\n" + output);
      at = next;
    }
  }

  @Test
  void seedAloneDecidesTheModels() throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Path other = folder.resolve("other");
    Path scalar = folder.resolve("scalar");
    Cli.run(distill(one, 7, 1)).output();
    Cli.run(distill(two, 7, 2)).output();
    Cli.run(distill(other, 8, 1)).output();
    Cli.fork(List.of("-Dretort.backend=scalar"), distill(scalar, 7, 2)).output();
    assertTrue(
        Json.read(scalar.resolve("result.json")).get("backend").toString().startsWith("scalar"));
    assertEquals(hashes(one), hashes(two));
    assertEquals(hashes(one), hashes(scalar));
    for (int i = 0; i < hashes(one).size(); i++) {
      assertNotEquals(hashes(one).get(i), hashes(other).get(i));
    }
  }

  @Test
  void severalRunsShowTheirSpread() throws Exception {
    Path out = folder.resolve("runs");
    String output = Cli.run(distill(out, 3, 1), "--runs", 3).output();
    assertTrue(output.contains("test errors of 40  "), output);
    Map<String, Object> result = Json.read(out.resolve("result.json"));
    for (String network : NETWORKS.keySet()) {
      Map<String, Object> runs = Json.object(Json.object(result, "runs"), network);
      List<?> errors = (List<?>) runs.get("testErrors");
      assertEquals(3, errors.size());
      assertEquals(Json.object(result, network).get("testErrors"), errors.getFirst());
      double mean = errors.stream().mapToInt(e -> (Integer) e).average().orElseThrow();
      assertEquals(mean, runs.get("mean"));
    }
  }

  /** Each loss, schedule and initialisation gives a student of its own, and the same teacher or another. */
  @Test
  void everyLossScheduleAndInitialisationIsReachable() throws Exception {
    List<Object> plain = hashes(distilled("plain"));
    for (DistillOptions.LossName loss : DistillOptions.LossName.values()) {
      List<Object> hashes = hashes(distilled("loss-" + loss, "--loss", loss));
      assertEquals(plain.subList(0, 2), hashes.subList(0, 2));
      assertEquals(loss == DistillOptions.LossName.DISTILLATION, plain.get(2).equals(hashes.get(2)), loss::name);
    }
    List<List<Object>> all = new ArrayList<>(List.of(plain));
    all.add(hashes(distilled("constant", "--schedule", "constant")));
    all.add(hashes(distilled("linear", "--schedule", "linear")));
    all.add(hashes(distilled("step", "--schedule", "step")));
    all.add(hashes(distilled("xavier", "--initialisation", "xavier")));
    all.add(hashes(distilled("warm", "--warm-up", "0.5")));
    assertEquals(all.size(), Set.copyOf(all).size());
  }

  private static Path distilled(String name, Object... more) {
    Path out = folder.resolve(name);
    String output = Cli.run(distill(out, 7, 1), more).output();
    assertTrue(output.contains("student distilled  trained in "), output);
    assertTrue(output.contains(", soft "), output);
    return out;
  }

  @Test
  void trainedNetworksAreEvaluatedAndShown() throws Exception {
    Path trained = folder.resolve("trained");
    Path judged = folder.resolve("judged");
    Cli.run(
            "train", "--data", data, "--out", trained, "--hidden", "8", "--epochs", 6, "--batch", 8,
            "--validation", 0.25, "--dropout", 0.1, "--jitter", 1, "--smoothing", 0.1)
        .output();
    Path model = trained.resolve("model.safetensors");
    Map<String, Object> network =
        Json.object(Json.read(trained.resolve("result.json")), "network");
    String output = Cli.run("evaluate", model, "--data", data, "--out", judged).output();
    Map<String, Object> result = Json.read(judged.resolve("result.json"));
    assertEquals(network.get("testErrors"), result.get("testErrors"));
    assertEquals(network.get("testAccuracy"), result.get("testAccuracy"));
    assertTrue(output.startsWith("36-8-4: " + network.get("testErrors") + " errors of 40"), output);
    String targets =
        Cli.run(
                "targets", "--model", model, "--data", data, "--samples", "0,39", "--temperatures",
                "1,1e6")
            .output();
    assertTrue(targets.contains("Sample 0, a 0: hard target"), targets);
    assertTrue(targets.contains("Sample 39, a 3: hard target"), targets);
    assertEquals(8, targets.lines().filter(line -> line.contains("   0.2500 ")).count(), targets);
    assertEquals(
        "retort: there is no test sample 40, only 0 to 39",
        Cli.run("targets", "--model", model, "--data", data, "--samples", "40").error(Main.USAGE));
  }

  @Test
  void aNetworkOfAnotherShapeIsRefused() throws Exception {
    Path out = folder.resolve("other-shape");
    Cli.run("train", "--data", data, "--out", out, "--hidden", "0", "--epochs", 1).output();
    Path model = out.resolve("model.safetensors");
    String error = Cli.run("evaluate", model, "--out", out).error(Main.USAGE);
    assertTrue(error.contains("784") && error.contains("36"), error);
  }

  @Test
  void tuningNeverLooksAtTheTestSamples() throws Exception {
    Path blind = Cli.writeData(Files.createDirectory(folder.resolve("blind")));
    Path images = blind.resolve("t10k-images-idx3-ubyte");
    byte[] noise = Files.readAllBytes(images);
    Arrays.fill(noise, 16, noise.length, (byte) 99);
    Files.write(images, noise);
    assertEquals(tuned(data, folder.resolve("tuned")), tuned(blind, folder.resolve("tuned-blind")));
  }

  private static String tuned(Path from, Path out) throws IOException {
    String output =
        Cli.run(
                "tune", "--data", from, "--out", out, "--teacher", "8", "--student", "4",
                "--teacher-epochs", 2, "--epochs", 2, "--runs", 1, "--rates", "0.05,0.1",
                "--decays", "0", "--temperatures", "2", "--hard-weights", "0.5")
            .output();
    Map<String, Object> result = Json.read(out.resolve("result.json"));
    return Json.object(result, "alone") + "\n" + Json.object(result, "distilled") + "\n"
        + output.lines().filter(line -> line.contains("--")).toList();
  }
}
