package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --checkpoint-every} and {@code --resume}. */
final class ResumeCommandTest {
  @TempDir private Path folder;
  private Path data;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("data")));
    out = folder.resolve("out");
  }

  private Cli.Outcome train(Path to, Object... more) {
    return Cli.run("train", "--data", data, "--out", to, "--epochs", 5, "--validation", 0.2, more);
  }

  private static Object sha256(Path out) throws IOException {
    return Json.object(Json.read(out.resolve("result.json")), "network").get("modelSha256");
  }

  @Test
  void aRunWhoseResultsCouldNotAppearIsNotTrainedAgain() throws IOException {
    Path plain = folder.resolve("plain");
    train(plain).output();
    Path inTheWay = Files.createDirectories(out.resolve("result.json/folder"));
    String error = train(out, "--checkpoint-every", 2).error(Main.FAILURE);
    assertEquals("retort: " + out.resolve("result.json") + ": a folder of that name exists", error);
    Files.delete(inTheWay);
    Path checkpoint = out.resolve("model.checkpoint");
    assertTrue(Files.exists(checkpoint));
    assertEquals(
        "retort: checkpoint " + checkpoint + ": its network: 36-32 relu, 32-4 identity; this run's:"
            + " 36-31 relu, 31-4 identity; resume with the settings it was made with, or start"
            + " without resuming",
        train(out, "--resume", "--hidden", 31).error(Main.USAGE));
    assertEquals(sha256(plain), sha256(out));
    String output = train(out, "--resume").output();
    assertFalse(output.contains(" left"), output);
    assertTrue(output.contains(", 5 epochs"), output);
    assertEquals(sha256(plain), sha256(out));
    assertFalse(Files.exists(checkpoint));
  }

  @Test
  void withoutACheckpointTheRunStartsFromItsBeginningAndSaysSo() throws IOException {
    train(out).output();
    Object sha256 = sha256(out);
    Cli.Outcome outcome = train(out, "--resume");
    assertEquals(0, outcome.code());
    assertEquals(
        "retort: note: there is no " + out.resolve("model.checkpoint")
            + ": the run starts from its beginning\n",
        outcome.err());
    assertEquals(sha256, sha256(out));
    assertEquals(
        "retort: epochs between checkpoints must be at least 1, not 0",
        train(out, "--checkpoint-every", 0).error(Main.USAGE));
  }
}
