package dev.retort.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the JVMs of one comparison have left: a file for each round, group and implementation. */
final class Runs {
  private final Path folder;
  private final int rounds;

  /**
   * Opens or makes the folder of a comparison. Its name tells title and class path, so that an
   * engine that was built anew is measured anew.
   */
  Runs(Path parent, String title, int rounds) throws IOException {
    this.rounds = rounds;
    int key = 31 * title.hashCode() + fingerprint(System.getProperty("java.class.path"));
    folder = Files.createDirectories(parent.resolve(Integer.toHexString(key)));
  }

  private static int fingerprint(String classPath) throws IOException {
    int key = 0;
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      try (Stream<Path> files = Files.walk(Path.of(entry))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          key = 31 * key + file.hashCode();
          key = 31 * key + Files.getLastModifiedTime(file).hashCode();
        }
      }
    }
    return key;
  }

  int rounds() {
    return rounds;
  }

  Path file(int round, int group, String by) {
    return folder.resolve(String.format("%d-%02d-%s.json", round, group, by));
  }

  Path log(Path json) {
    return json.resolveSibling(json.getFileName().toString().replace(".json", ".log"));
  }

  boolean has(int round, int group, String by) {
    return Files.exists(file(round, group, by));
  }

  /** What an implementation measured in a round. */
  List<Measurement> read(int round, int group, String by) throws IOException {
    return has(round, group, by) ? Measurement.read(file(round, group, by)) : List.of();
  }

  /** Lines of the logs that tell what an implementation is. */
  Optional<String> description(int group, String by) throws IOException {
    return lines(group, by).filter(line -> line.startsWith(by + " is ")).findFirst();
  }

  /** The exceptions that kept cases from being measured. */
  List<String> exceptions(int group, String by) throws IOException {
    return lines(group, by)
        .filter(line -> line.matches("(Caused by: )?[a-zA-Z.]+(Exception|Error): .*"))
        .map(line -> line.replaceFirst("^Caused by: ", "").replaceFirst("^([a-zA-Z]+\\.)+", ""))
        .distinct()
        .toList();
  }

  private Stream<String> lines(int group, String by) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Path log = log(file(round, group, by));
      if (Files.exists(log)) {
        lines.addAll(Files.readAllLines(log));
      }
    }
    return lines.stream();
  }

  /** The next comparison is to measure anew. */
  void delete() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
