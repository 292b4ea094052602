package dev.retort.cli;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a run appear together, whatever happens on the way, and one run at a time has the folder. */
final class ResultFolderTest {
  @TempDir private Path folder;

  /** The files that a user sees, and what is in them. */
  private Map<String, String> shown() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        if (!file.getFileName().toString().startsWith(".")) {
          files.put(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    return files;
  }

  private ResultFolder take() throws IOException {
    return ResultFolder.take(folder, new PrintWriter(Writer.nullWriter()));
  }

  private static Map<String, String> run(String text) {
    return Map.of("a", text, "b", text, ResultFolder.RESULT, text);
  }

  private static void write(ResultFolder results, String text) throws IOException {
    for (Map.Entry<String, String> file : run(text).entrySet()) {
      results.write(file.getKey(), file.getValue());
    }
  }

  private List<String> hidden() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".")).toList();
    }
  }

  @Test
  void allFilesAppearAtOnceAndOthersStay() throws IOException {
    Files.writeString(folder.resolve("notes"), "of the user");
    try (ResultFolder results = take()) {
      write(results, "old");
      assertEquals(Map.of("notes", "of the user"), shown());
      results.appear();
    }
    Map<String, String> old = new TreeMap<>(run("old"));
    old.put("notes", "of the user");
    assertEquals(old, shown());
    try (ResultFolder results = take()) {
      write(results, "new");
      assertEquals(old, shown());
      results.appear();
    }
    old.putAll(run("new"));
    assertEquals(old, shown());
    assertEquals(List.of(".retort-lock"), hidden());
  }

  @Test
  void aRunThatFailsLeavesTheOldFilesAndNothingElse() throws IOException {
    try (ResultFolder results = take()) {
      write(results, "old");
      results.appear();
    }
    try (ResultFolder results = take()) {
      results.write("a", "new");
      refuses(
          FileSystemException.class, folder.resolve("b") + ": No space left on device",
          () ->
              results.write(
                  "b",
                  file -> {
                    throw new FileSystemException(file.toString(), null, "No space left on device");
                  }));
    }
    assertEquals(run("old"), shown());
    assertEquals(List.of(".retort-lock"), hidden());
  }

  /** A run is interrupted while one of its threads writes: the model is kept whole. */
  @Test
  void whatIsBeingWrittenIsKeptToo() throws Exception {
    ResultFolder results = take();
    Thread interruption = new Thread(() -> assertDoesNotThrow(results::close));
    results.write(
        "m.safetensors",
        file -> {
          interruption.start();
          while (interruption.getState() != Thread.State.BLOCKED && interruption.isAlive()) {
            Thread.onSpinWait();
          }
          return Files.writeString(file, "whole");
        });
    interruption.join();
    assertEquals(Map.of("unfinished-m.safetensors", "whole"), shown());
  }

  /** Few models are named, many counted: one line either way. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void whatIsKeptIsSaidInOneLine(int models) throws IOException {
    StringWriter err = new StringWriter();
    try (ResultFolder results = ResultFolder.take(folder, new PrintWriter(err))) {
      for (int i = 0; i < models; i++) {
        results.write("m" + i + ".safetensors", "");
      }
    }
    String named = "unfinished-m0.safetensors, unfinished-m1.safetensors, unfinished-m2.safetensors";
    assertEquals(
        "retort: not finished; trained so far, in " + folder + ": "
            + (models == 3 ? named : "4 models, unfinished-*") + "\n",
        err.toString().replace("\r\n", "\n"));
  }

  /** The states that a kill can leave, one for each step; the next run completes what was decided. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void aKillAtAnyStepLeavesOneWholeRun(int steps) throws IOException {
    for (Map.Entry<String, String> file : run("old").entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Path written = Files.createDirectory(folder.resolve(".retort-new-123"));
    for (Map.Entry<String, String> file : run("new").entrySet()) {
      Files.writeString(written.resolve(file.getKey()), file.getValue());
    }
    Path unforced = folder.resolve(".checkpoint.safetensors." + UUID.randomUUID() + ".tmp");
    Files.writeString(unforced, "half");
    Path done = folder.resolve(".retort-done");
    if (steps > 0) {
      Files.move(written, done);
    }
    if (steps > 1) {
      Files.delete(folder.resolve(ResultFolder.RESULT));
    }
    List<String> moves = List.of("a", "b", ResultFolder.RESULT);
    for (int i = 0; i < Math.min(3, steps - 2); i++) {
      Files.move(
          done.resolve(moves.get(i)), folder.resolve(moves.get(i)),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (steps > 5) {
      Files.delete(done);
    }
    String result = shown().get(ResultFolder.RESULT);
    assertTrue(result == null || shown().equals(run(result)), () -> "steps " + steps);
    take().close();
    assertEquals(run(steps == 0 ? "old" : "new"), shown());
    assertEquals(List.of(".retort-lock"), hidden());
  }

  /** Takes a folder until it is told to end. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (ResultFolder results = ResultFolder.take(Path.of(args[0]), new PrintWriter(Writer.nullWriter()))) {
        System.out.println(results.path());
        System.in.read();
      }
    }
  }

  @Test
  void aSecondRunIsToldInOneLine() throws Exception {
    String message =
        "another run writes to " + folder
            + ": wait for its end, or choose another folder with --out";
    try (ResultFolder first = take()) {
      write(first, "first");
      refuses(IOException.class, message, this::take);
      first.appear();
    }
    assertEquals(run("first"), shown());
    Process other = Jvm.builder(List.of(), Holder.class, folder.toString()).start();
    try {
      assertTrue(other.getInputStream().read() > 0);
      assertEquals("retort: " + message, Cli.run("evaluate", "none", "--out", folder).error(Main.FAILURE));
      other.destroyForcibly().waitFor();
      take().close();
    } finally {
      other.destroyForcibly();
    }
    assertEquals(run("first"), shown());
  }

  /** A limit on the size of files stands for a full disk. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskLeavesTheOldRunAndNamesTheFile() throws Exception {
    Path data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    Path out = folder.resolve("out");
    Object[] args = {"train", "--hidden", 500, "--epochs", 1, "--data", data, "--out", out};
    Cli.run(args).output();
    Map<String, Object> result = Json.read(out.resolve("result.json"));
    ProcessBuilder java =
        Jvm.builder(
            List.of("-XX:-UsePerfData", "-Dretort.backend=scalar"), Main.class,
            Cli.words(args, "--seed", 2));
    List<String> limited = Stream.concat(
        Stream.of("bash", "-c", "ulimit -f 40; exec \"$@\"", "bash"), java.command().stream()).toList();
    Jvm.Outcome outcome = Jvm.run(new ProcessBuilder(limited));
    assertEquals(Main.FAILURE, outcome.code(), outcome.err());
    assertEquals(
        List.of("retort: " + out.resolve("model.safetensors") + ": File too large"),
        outcome.ownLines());
    assertEquals(result, Json.read(out.resolve("result.json")));
    Cli.run("evaluate", out.resolve("model.safetensors"), "--data", data, "--out", folder).output();
  }
}
