package dev.retort.model;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import dev.retort.format.AtomicFile;
import dev.retort.nn.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theNewContentsReplaceTheOldAndNothingElseIsLeft() throws Exception {
    Path file = folder.resolve("file");
    write(file, "a longer text than the next");
    write(file, "short");
    assertEquals("short", Files.readString(file));
    assertEquals(List.of("file"), names());
  }

  @Test
  void untilItIsDoneTheOldFileIsWhole() throws Exception {
    Path file = folder.resolve("file");
    write(file, "old");
    AtomicFile.write(
        file,
        out -> {
          out.write('n');
          assertEquals("old", Files.readString(file));
        });
    assertEquals("n", Files.readString(file));
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws Exception {
    Path file = folder.resolve("file");
    write(file, "old");
    refuses(
        IOException.class, file + ": no space left",
        () ->
            AtomicFile.write(
                file,
                out -> {
                  out.write('n');
                  throw new IOException("no space left");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("file"), names());
  }

  @Test
  void aFolderThatIsMissingOrInTheWayIsAnError() throws Exception {
    Path none = folder.resolve("none");
    assertEquals(
        none.toString(), assertThrows(NoSuchFileException.class, () -> write(none.resolve("file"), "text")).getFile());
    Path taken = Files.createDirectory(folder.resolve("taken"));
    refuses(
        FileSystemException.class, taken + ": a folder, where a file is to be written",
        () -> write(taken, "text"));
    assertEquals(List.of("taken"), names());
  }

  /** A name that is legal but for what a temporary file adds to it, as a place that takes no new files. */
  @Test
  void aRefusalNamesTheFileThatWasAskedFor() throws Exception {
    Path file = folder.resolve("n".repeat(240));
    FileSystemException e = assertThrows(FileSystemException.class, () -> write(file, "text"));
    assertEquals(file.toString(), e.getFile());
    assertTrue(e.getReason() != null && !e.getMessage().contains(".tmp"), e::getMessage);
    assertEquals(List.of(), names());
  }

  @Test
  void aLinkStaysALink() throws Exception {
    Path file = folder.resolve("file");
    write(file, "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    write(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  /** Writes two networks over each other until it is killed. */
  static final class Saver {
    private Saver() {}

    static Network network(int which) {
      return Network.mlp(200, 300, 10).seed(which).build();
    }

    public static void main(String[] args) throws IOException {
      Network[] networks = {network(0), network(1)};
      for (int i = 0; ; i++) {
        Checkpoint.save(Path.of(args[0]), networks[i % 2]);
        System.out.print(".");
        System.out.flush();
      }
    }
  }

  @Test
  void aKillLeavesOneOfTheTwoWhole() throws Exception {
    Path file = folder.resolve("model.safetensors");
    Set<String> whole =
        Set.of(
            Checkpoint.save(file, Saver.network(0)), Checkpoint.save(file, Saver.network(1)));
    for (int kill = 0; kill < 4; kill++) {
      Process saver =
          Jvm.builder(Jvm.VECTOR, Saver.class, file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD).start();
      for (int saved = 0; saved <= kill; saved++) {
        assertEquals('.', saver.getInputStream().read());
      }
      saver.destroyForcibly().waitFor();
      byte[] bytes = Files.readAllBytes(file);
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      assertTrue(whole.contains(sha256), "kill " + kill + " left half a file");
    }
  }
}
