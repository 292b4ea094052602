package dev.retort.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the JVMs of one comparison have left: JMH's JSON and a log for each round, group and implementation. */
final class Runs {
  private static final ObjectMapper JSON = new ObjectMapper();

  final Path folder;
  final int rounds;

  /**
   * Opens or makes the folder of a comparison. Its name tells title and class path, so that an
   * engine that was built anew is measured anew.
   */
  Runs(Path parent, String title, int rounds) throws IOException {
    this.rounds = rounds;
    int key = title.hashCode();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      for (Path file : files(Path.of(entry))) {
        key = 31 * (31 * key + file.hashCode()) + Files.getLastModifiedTime(file).hashCode();
      }
    }
    folder = Files.createDirectories(parent.resolve(Integer.toHexString(key)));
  }

  private static List<Path> files(Path at) throws IOException {
    try (Stream<Path> files = Files.walk(at)) {
      return files.sorted().toList();
    }
  }

  Path json(int round, int group, String by) {
    return folder.resolve(String.format("%d-%02d-%s.json", round, group, by));
  }

  Path log(int round, int group, String by) {
    return folder.resolve(String.format("%d-%02d-%s.log", round, group, by));
  }

  /** All results of an implementation, in the order in which JMH gives them, round after round. */
  List<JsonNode> results(int group, String by) throws IOException {
    List<JsonNode> results = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      if (Files.exists(json(round, group, by))) {
        JSON.readTree(json(round, group, by).toFile()).forEach(results::add);
      }
    }
    return results;
  }

  /** The lines of its logs. */
  List<String> lines(int group, String by) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      if (Files.exists(log(round, group, by))) {
        lines.addAll(Files.readAllLines(log(round, group, by)));
      }
    }
    return lines;
  }

  /** Deletes a folder and what is in it. */
  static void delete(Path folder) throws IOException {
    for (Path file : files(folder).reversed()) {
      Files.delete(file);
    }
  }
}
