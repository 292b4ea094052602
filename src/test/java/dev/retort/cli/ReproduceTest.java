package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.IdxBytes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code retort reproduce} confirms a model from its file, and names what differs in one that was changed. */
final class ReproduceTest {
  @TempDir static Path folder;

  private static Path data;
  private static Path distilled;
  private static int files;

  @BeforeAll
  static void distill() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    distilled = run("distill --teacher 8-6 --student 5 --teacher-epochs 3 --epochs 2 --batch 32"
        + " --temperature 2.5 --seed 7 --schedule linear --initialisation xavier");
  }

  /** Runs a command on the data, and returns the folder of its results. */
  private static Path run(String line) {
    Path out = folder.resolve("out" + files++);
    Cli.run(line.split(" ", -1), "--data", data, "--out", out).output();
    return out;
  }

  private static Cli.Outcome reproduce(Object... args) {
    return Cli.run("reproduce", args);
  }

  private static void confirms(Path model, Object... more) {
    String output = reproduce(model, "--data", data, more).output();
    assertTrue(output.matches("(?s).*" + model + ": reproduced, SHA-256 \\w{64}\n"), output);
  }

  private static Path student() {
    return distilled.resolve("student-distilled.safetensors");
  }

  @Test
  void confirmsTheModelsOfARunOnBothBackendsAndAnyThreads() throws Exception {
    Map<String, Object> trained = Json.read(distilled.resolve("result.json"));
    Map<String, String> sha256 = new LinkedHashMap<>();
    for (String name : List.of("studentAlone", "studentDistilled", "teacher")) {
      String file = name.replaceAll("(?=[AD])", "-").toLowerCase(Locale.ROOT) + ".safetensors";
      sha256.put(
          distilled.resolve(file).toString(),
          (String) Json.object(trained, name).get("modelSha256"));
    }
    List<String> expected =
        sha256.entrySet().stream()
            .map(each -> each.getKey() + ": reproduced, SHA-256 " + each.getValue())
            .toList();
    for (int threads = 1; threads <= 3; threads++) {
      String output = reproduce(distilled, "--data", data, "--threads", threads).output();
      assertEquals(expected, output.lines().filter(line -> !line.contains("%")).toList());
    }
    Cli.Outcome scalar =
        Cli.fork(
            List.of("-Dretort.backend=scalar"), "reproduce", distilled, "--data", data, "--json");
    Path file = Files.writeString(folder.resolve("scalar.json"), scalar.output());
    Map<String, Object> result = Json.read(file);
    assertTrue(result.get("backend").toString().startsWith("scalar"));
    assertEquals(
        sha256.entrySet().stream()
            .map(
                each ->
                    Map.of(
                        "model", each.getKey(), "modelSha256", each.getValue(), "reproduced", true))
            .toList(),
        result.get("models"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --hidden 0 --epochs 1", "train --epochs 3 --hidden 9-7 --optimizer adam --rate 0.01",
        "train --epochs 4 --validation 0.25 --patience 2 --jitter 1 --seed -3 --batch 7",
        "train --epochs 2 --dropout 0.3 --input-dropout 0.1 --smoothing 0.1 --momentum 0 --decay 0",
        "train --epochs 2 --transpose --divide-by 100 --schedule step --warm-up 0.5 --threads 2",
        "train --epochs 2 --class-weights 1,2,0.5,3 --max-norm 1.5 --momentum-warm-up 0.5",
        "train --epochs 2 --class-weights balanced --ignore-label 3"
      })
  void confirmsNetworksOfTrain(String line) {
    confirms(run(line).resolve("model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--loss matching --soft-weight 0.01 --teacher-jitter 1", "--loss top --top 2 --runs 2",
        "--loss decoupled --other-weight 3 --distilled-rate 0.1", "--loss standardised",
        "--class-weights 1,2,0.5,3 --max-norm 1.5 --momentum-warm-up 0.5"
      })
  void confirmsStudentsOfEveryLoss(String line) {
    Path out = run("distill --teacher 6 --student 4 --teacher-epochs 2 --epochs 2 " + line);
    confirms(out.resolve("student-distilled.safetensors"));
    confirms(out.resolve("student-alone.safetensors"));
    confirms(out.resolve("teacher.safetensors"));
  }

  @Test
  void filesOfARecipeAreFoundByTheirContents() throws IOException {
    Path first = run("train --hidden 5 --epochs 1").resolve("model.safetensors");
    Path on = run("train --hidden 5 --epochs 1 --from " + first).resolve("model.safetensors");
    Path student = run("distill --student 4 --epochs 1 --teacher-model " + first + " " + on);
    Path moved = Files.copy(first, folder.resolve("moved"));
    String missing = reproduce(on, "--data", data).error(Main.USAGE);
    assertTrue(
        missing.startsWith("retort: the recipe has a file for --from whose SHA-256 is "), missing);
    assertTrue(missing.endsWith(": name it after --with"), missing);
    confirms(on, "--with", moved);
    confirms(student.resolve("student-distilled.safetensors"), "--with", on, moved);
    Path given = run("distill --student 4 --epochs 1 --teacher-model " + first);
    confirms(given.resolve("student-distilled.safetensors"), "--with", moved);
    confirms(given.resolve("teacher.safetensors"));
  }

  /** A copy of a model with a text in its header replaced by one of the same length. */
  private static Path edited(Path model, String text, String by) throws IOException {
    String bytes = Files.readString(model, StandardCharsets.ISO_8859_1);
    assertTrue(bytes.contains(text), text);
    assertEquals(text.length(), by.length());
    return Files.writeString(
        folder.resolve("edited" + files++ + ".safetensors"), bytes.replace(text, by),
        StandardCharsets.ISO_8859_1);
  }

  private static String difference(Path model, Path from) {
    Cli.Outcome outcome = reproduce(model, "--data", from);
    assertEquals(Main.FAILURE, outcome.code(), outcome.err());
    assertEquals("", outcome.err());
    String last = outcome.out().lines().toList().getLast();
    assertTrue(last.startsWith(model + ": differs: "), last);
    return last.substring((model + ": differs: ").length());
  }

  @Test
  void namesTheBitThatWasChanged() throws IOException {
    byte[] bytes = Files.readAllBytes(student());
    int at = bytes.length - 4 * (5 * 4) + 4 * 13; // the last tensor is 1.weight, [5, 4]
    bytes[at] ^= 1;
    Path changed = Files.write(folder.resolve("changed.safetensors"), bytes);
    float was = RunOptions.model(student()).layers().get(1).weight().value().get(3, 1);
    float is = RunOptions.model(changed).layers().get(1).weight().value().get(3, 1);
    assertEquals(1, Math.abs(Float.floatToRawIntBits(is) - Float.floatToRawIntBits(was)));
    assertEquals(
        "1.weight[3, 1] is " + is + " in the file, " + was + " trained again; 1 of 209 numbers"
            + " differ, though after each epoch they were as the file says",
        difference(changed, data));
  }

  @Test
  void namesTheWeightsOfAnotherSeed() throws IOException {
    String difference = difference(edited(student(), "--seed=7", "--seed=8"), data);
    assertTrue(difference.startsWith("0.weight[0, 0] is "), difference);
    assertTrue(difference.endsWith("; 209 of 209 numbers differ, from epoch 1 on"), difference);
  }

  @Test
  void namesTheEpochFromWhichTheWeightsDiffer() throws IOException {
    Path model =
        run("train --hidden 3 --epochs 4 --schedule constant --warm-up 0").resolve("model.safetensors");
    String difference = difference(edited(model, "--epochs=4", "--epochs=3"), data);
    assertTrue(difference.endsWith(" numbers differ, from epoch 4 on"), difference);
  }

  @Test
  void namesTheLabelsOfOtherData() throws IOException {
    Path other = Cli.writeData(Files.createDirectory(folder.resolve("other")));
    byte[] labels = new byte[Cli.TRAIN_ROWS];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i % Cli.CLASSES);
    }
    labels[17] ^= 1;
    Files.write(
        other.resolve("train-labels-idx1-ubyte.gz"),
        IdxBytes.gzip(IdxBytes.of(labels, Cli.TRAIN_ROWS)));
    String difference = difference(student(), other);
    assertTrue(difference.matches("training labels sha256 \\w{64} in the file, \\w{64} of other"), difference);
    Path images = other.resolve("train-images-idx3-ubyte");
    byte[] pixels = Files.readAllBytes(images);
    pixels[pixels.length - 1] ^= 1;
    Files.write(images, pixels);
    assertTrue(difference(student(), other).startsWith("training features sha256 "));
  }

  @Test
  void namesTheVersionOnlyIfTheWeightsDiffer() throws IOException {
    String version = "\"version\":\"" + Retort.version();
    String other = version.substring(0, version.length() - 1) + "?";
    Path model = edited(student(), version, other);
    confirms(model);
    String difference = difference(edited(model, "--seed=7", "--seed=8"), data);
    assertTrue(difference.contains("; version "), difference);
    assertTrue(difference.endsWith("this is version " + Retort.version()), difference);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seed=7 | --out=xx | the recipe has no use for '--out=xx'
          --seed=7 | --data=x | the recipe has no use for '--data=x'
          --seed=7 | @/dev/fd | the recipe has no use for '@/dev/fd'
          --seed=7 | --sead=7 | the recipe is not understood: Unknown option: '--sead=7'
          --batch=32 | --batch=xx | the recipe is not understood: Invalid value for option '--batch': 'xx'
          --batch=32 | --batch=-2 | batch size must be at least 1, not -2
          distill\\n | examine\\n | the recipe is of 'examine', which trains no network
          """)
  void recipesThatAreNotUnderstood(String text, String by, String message) throws IOException {
    Path model = edited(student(), text, by);
    String error = reproduce(model, "--data", data).error(Main.USAGE);
    assertTrue(error.startsWith("retort: " + message), error);
  }

  @Test
  void modelsWithoutARecipe() throws IOException {
    Path bare = edited(student(), "\"recipe\"", "\"RECIPE\"");
    assertEquals(
        "retort: " + bare + ": it has no recipe; models of 'retort train' and 'retort distill' have one",
        reproduce(bare, "--data", data).error(Main.USAGE));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertEquals(
        "retort: " + empty + ": no model in this folder has a recipe",
        reproduce(empty).error(Main.USAGE));
  }
}
