package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, from folders of any name, with and without an archive of classes. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final String NAME = "it's -a *b $c";

  @TempDir static Path folder;

  /** A distribution as {@code mvn package} leaves it, less what the commands here do not need. */
  @BeforeAll
  static void distribution() throws IOException {
    Path bin = Files.createDirectories(folder.resolve(NAME).resolve("bin"));
    Path lib = Files.createDirectory(folder.resolve(NAME).resolve("lib"));
    Files.copy(Path.of("src/dist/bin/retort"), bin.resolve("retort"));
    jar(Path.of("target/classes"), lib.resolve("retort.jar"));
    for (Path entry : Jvm.classPath()) {
      if (entry.toString().endsWith(".jar")) {
        Files.createSymbolicLink(lib.resolve(entry.getFileName()), entry);
      }
    }
  }

  private static void jar(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      files.filter(Files::isRegularFile).forEach(file -> add(out, classes, file));
    }
  }

  private static void add(JarOutputStream out, Path classes, Path file) {
    try {
      out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
      Files.copy(file, (OutputStream) out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command from the parent of the distribution, by a relative path. */
  private static Jvm.Outcome retort(String name, String cache, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", name + "/bin/retort"));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CDPATH", "/:/usr");
    builder.environment().put("XDG_CACHE_HOME", cache);
    return Jvm.run(builder);
  }

  private static String table(String cache) throws Exception {
    Jvm.Outcome outcome = retort(NAME, cache, "gradcheck", "--points", "1");
    assertEquals(0, outcome.code(), outcome::err);
    assertEquals(List.of(), outcome.ownLines());
    assertTrue(outcome.out().startsWith("Worst relative errors"), outcome::out);
    return outcome.out();
  }

  private static List<Path> archives(Path cache) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void startsFromAnyFolderWhateverCdpathSays() throws Exception {
    Jvm.Outcome outcome = retort(NAME, "/dev/null/none", "info");
    assertEquals(0, outcome.code(), outcome::err);
    assertTrue(outcome.out().contains("backend  vector, "), outcome::out);
  }

  @Test
  void aFolderThatJavaCannotReadIsAnErrorInWords() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("a:b")));
    Files.createDirectory(folder.resolve("a:b/bin"));
    Files.copy(Path.of("src/dist/bin/retort"), folder.resolve("a:b/bin/retort"));
    Jvm.Outcome outcome = retort("link", "/dev/null/none", "info");
    assertEquals(1, outcome.code());
    assertTrue(outcome.err().startsWith("retort: Java cannot read classes from '"), outcome::err);
  }

  /** Whatever becomes of the archive, a command prints the same and nothing else. */
  @Test
  void keepsAnArchiveOfACommandsClasses() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    String expected = table("/dev/null/none");
    assertEquals(expected, table(cache.toString()));
    assertEquals(1, archives(cache).size());
    Path archive = archives(cache).getFirst();
    byte[] bytes = Files.readAllBytes(archive);
    assertEquals(expected, table(cache.toString()));
    for (int length : new int[] {0, bytes.length / 2}) {
      Files.write(archive, Arrays.copyOf(bytes, length));
      assertEquals(expected, table(cache.toString()));
      assertTrue(Files.size(archive) > bytes.length / 2, "a damaged archive is written anew");
    }
    assertEquals(List.of(archive), archives(cache));
  }
}
