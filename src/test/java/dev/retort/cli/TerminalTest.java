package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import dev.retort.nn.Network;
import java.lang.ProcessBuilder.Redirect;
import me.tongfei.progressbar.ProgressBarStyle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What a terminal shows, or a pipe gets, and how a run ends that is not let finish. */
class TerminalTest {
  private static final String SMALL =
      " --teacher 6 --student 3 --teacher-epochs 3 --epochs 2 --batch 16";

  @TempDir static Path folder;

  private static Path data;
  private static Path model;

  @BeforeAll
  static void trained() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    run("distill" + SMALL).output();
    model = folder.resolve("out").resolve("teacher.safetensors");
  }

  private static Object[] arguments(String line) {
    Object[] words = line.split(" ");
    return line.startsWith("info")
        ? words : new Object[] {words, "--data", data, "--out", folder.resolve("out")};
  }

  private static Cli.Outcome run(String line) {
    return Cli.run(arguments(line));
  }

  private static List<String> commands() {
    return List.of(
        "distill" + SMALL, "train --hidden 3 --epochs 2", "evaluate " + model,
        "tune --runs 1 --rates 0.1 --decays 0" + SMALL, "info");
  }

  @Test
  void jsonIsTheResultAndNothingElse() throws IOException {
    for (String command : commands()) {
      String output = run(command + " --json").output();
      Path file = Files.writeString(folder.resolve("printed.json"), output);
      assertTrue(Json.read(file).containsKey("version"), output);
      if (!command.equals("info")) {
        assertEquals(Files.readString(folder.resolve("out").resolve("result.json")), output);
      }
    }
  }

  @Test
  void targetsAsJson() throws IOException {
    String output =
        run("targets --json --samples 3,5 --temperatures 1,20 --model " + model).output();
    Path file = Files.writeString(folder.resolve("targets.json"), output);
    List<?> samples = (List<?>) Json.read(file).get("samples");
    assertEquals(2, samples.size());
    assertTrue(output.contains("\"temperature\" : 20.0"), output);
    assertEquals(2 * 2 * Cli.CLASSES, output.split("0\\.\\d{2,}", -1).length - 1, output);
  }

  @Test
  void quietPrintsNothingButErrors() {
    commands().forEach(command -> assertEquals("", run(command + " --quiet").output(), command));
    for (String command :
        List.of(
            "gradcheck --points 1", "gradcheck --mutant all",
            "explain --student-logits 1,2 --teacher-logits 2,1 --label 0",
            "predict " + model + " " + data.resolve("t10k-images-idx3-ubyte"))) {
      assertEquals("", Cli.run((Object[]) (command + " --quiet").split(" ", -1)).output(), command);
    }
    assertTrue(run("train --epochs 0 --quiet").error(Main.USAGE).contains("epochs"));
  }

  @Test
  void linesOfTheMainJobFitEightyColumns() {
    for (String line : run("distill" + SMALL).output().lines().toList()) {
      assertTrue(line.length() <= 79 || line.contains(folder.toString()), line);
    }
  }

  @Test
  void everythingIsDescribedAndEveryDescriptionIsOfSomething() {
    Set<String> left = new TreeSet<>(ResourceBundle.getBundle("dev.retort.cli.help").keySet());
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      String own = "retort." + command.getCommandName() + ".";
      for (ArgSpec arg : command.getCommandSpec().args()) {
        String name =
            switch (arg) {
              case OptionSpec option -> option.longestName().substring(2);
              case PositionalParamSpec argument -> argument.paramLabel() + "[" + argument.index() + "]";
              default -> throw new AssertionError(arg);
            };
        assertFalse(String.join("", arg.description()).isBlank(), own + name);
        left.removeAll(Set.of(name, own + name));
      }
      UsageMessageSpec usage = command.getCommandSpec().usageMessage();
      assertFalse(String.join("", usage.description()).isBlank(), own);
      left.remove(own + "usage.description");
      for (int i = 0; i < usage.footer().length; i++) {
        left.remove(own + "usage.footer." + i);
      }
    }
    assertEquals(Set.of(), left);
  }

  @Test
  void everyCommandHasExamplesThatAreUnderstood() throws Exception {
    CommandLine main = Main.commandLine();
    for (CommandLine command : main.getSubcommands().values()) {
      if (command.getCommandName().equals("help")) {
        continue;
      }
      String help = command.getUsageMessage();
      assertTrue(help.contains("Examples:"), help);
      help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
      for (String example : command.getCommandSpec().usageMessage().footer()) {
        String[] words = example.strip().split(" ", -1);
        assertEquals("retort", words[0]);
        CommandLine.ParseResult parsed =
            Main.commandLine().parseArgs(Arrays.copyOfRange(words, 1, words.length));
        assertEquals(command.getCommandName(), parsed.subcommand().commandSpec().name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tune --temperatures 4,0", "tune --hard-weights 0.5,-1", "tune --rates 0.1,NaN",
        "tune --decays 0,2"
      })
  void nothingIsTrainedBeforeAllIsChecked(String line) {
    Cli.Outcome outcome = run(line);
    outcome.error(Main.USAGE);
    assertEquals("", outcome.out());
  }

  @Test
  void divergenceInTheLastStepHasTheSameWordsAndCode() {
    String error =
        run("train --hidden 4 --epochs 1 --batch 80 --decay 0 --rate 1e38").error(Main.FAILURE);
    assertTrue(error.startsWith("retort: training diverged in epoch 1 ("), error);
    assertTrue(error.endsWith("; try a lower learning rate"), error);
  }

  @Test
  void barsHaveColourAndBlocksOnlyWhereTheyAreWanted() {
    Charset blocks = StandardCharsets.UTF_8;
    assertSame(ProgressBarStyle.COLORFUL_UNICODE_BLOCK, Progress.style(null, blocks));
    assertSame(ProgressBarStyle.COLORFUL_UNICODE_BLOCK, Progress.style("", blocks));
    assertSame(ProgressBarStyle.UNICODE_BLOCK, Progress.style("1", blocks));
    for (String noColor : new String[] {null, "", "1"}) {
      assertSame(ProgressBarStyle.ASCII, Progress.style(noColor, StandardCharsets.US_ASCII));
    }
  }

  private static Process start(Redirect out, Object... args) throws IOException {
    return Jvm.builder(List.of(), Main.class, Cli.words(args)).redirectOutput(out).start();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void lostOutputIsAnErrorOfEveryCommand() throws Exception {
    Map<String, Process> started = new LinkedHashMap<>();
    int folders = 0;
    for (String command : commands()) {
      String own = " --data " + data + " --out " + folder.resolve("full" + folders++);
      started.put(command, full(command.equals("info") ? command : command + own));
    }
    for (String command :
        List.of(
            "gradcheck --points 1", "explain --student-logits 1,2 --teacher-logits 2,1 --label 0",
            "predict " + model + " " + data.resolve("t10k-images-idx3-ubyte"),
            "targets --samples 3 --model " + model + " --data " + data,
            "help distill", "distill --help", "--version")) {
      started.put(command, full(command));
    }
    for (Map.Entry<String, Process> each : started.entrySet()) {
      Process process = each.getValue();
      String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(Main.FAILURE, process.waitFor(), each.getKey() + error);
      List<String> own = error.lines().filter(line -> !line.startsWith("WARNING")).toList();
      assertEquals(
          "retort: what it printed could not be written: is the disk full, or the reader gone?",
          own.getLast(), each.getKey());
    }
  }

  private static Process full(String line) throws IOException {
    return start(Redirect.to(new File("/dev/full")), (Object[]) line.split(" ", -1));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anInterruptedRunKeepsItsTeacherAndSaysHowToGoOn() throws Exception {
    Path out = folder.resolve("out");
    Process process =
        start(
            Redirect.PIPE, arguments("distill" + SMALL.replace("--epochs 2", "--epochs 1000000")));
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !line.contains("trained in")) {
        line = lines.readLine();
      }
      // The handlers of Ctrl-C run; Ctrl-C itself is ignored by what a shell starts in the background.
      process.toHandle().destroy();
      String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
      Path kept = out.resolve("unfinished-teacher.safetensors");
      assertTrue(error.contains(kept(out, "teacher") + "; go on from the teacher with --teacher-model"), error);
      Network teacher = RunOptions.model(kept);
      assertEquals(Cli.CLASSES, teacher.outputs());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String kept(Path out, String... models) {
    return Stream.of(models).map(model -> "unfinished-" + model + ".safetensors")
        .collect(Collectors.joining(", ", "retort: not finished; trained so far, in " + out + ": ", ""));
  }

  @Test
  void aStageThatFailsKeepsThoseBeforeAndNamesThem() {
    Path out = folder.resolve("failed");
    Cli.Outcome outcome =
        Cli.run(
            "distill", "--data", data, "--out", out, "--teacher", 3, "--student", 2,
            "--teacher-epochs", 1, "--epochs", 2, "--distilled-rate", "1e30");
    assertEquals(Main.FAILURE, outcome.code());
    Path teacher = out.resolve("unfinished-teacher.safetensors");
    Path alone = out.resolve("unfinished-student-alone.safetensors");
    List<String> lines = outcome.err().lines().toList();
    assertEquals(
        kept(out, "student-alone", "teacher") + "; go on from the teacher with --teacher-model", lines.getFirst());
    assertTrue(lines.get(1).startsWith("retort: training diverged in epoch "), lines.get(1));
    assertEquals(2, lines.size());
    assertEquals(Cli.CLASSES, RunOptions.model(teacher).outputs());
    assertEquals(Cli.CLASSES, RunOptions.model(alone).outputs());
    assertFalse(Files.exists(out.resolve("result.json")));
  }

  @Test
  void aFinishedRunKeepsNothingBesides() throws IOException {
    Path out = folder.resolve("clean");
    Cli.run(
            "distill", "--data", data, "--out", out, "--teacher", 3, "--student", 2,
            "--teacher-epochs", 1, "--epochs", 1)
        .output();
    try (var files = Files.list(out)) {
      assertFalse(files.anyMatch(file -> file.getFileName().toString().startsWith("unfinished")));
    }
  }
}
