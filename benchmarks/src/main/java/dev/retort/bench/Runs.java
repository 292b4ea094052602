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

/** What a comparison's JVMs leave: JMH's JSON and a log by round, group and implementation. */
final class Runs {
  private static final ObjectMapper JSON = new ObjectMapper();

  final Path folder;
  final int rounds;

  /** The folder's name tells title and class path: an engine that was built anew is measured anew. */
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

  /** The file of a run, {@code json} or {@code log}. */
  Path file(int round, int group, String by, String type) {
    return folder.resolve(String.format("%d-%02d-%s.%s", round, group, by, type));
  }

  /** All results of an implementation, in the order in which JMH gives them, round after round. */
  List<JsonNode> results(int group, String by) throws IOException {
    List<JsonNode> results = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Path json = file(round, group, by, "json");
      if (Files.exists(json)) {
        JSON.readTree(json.toFile()).forEach(results::add);
      }
    }
    return results;
  }

  /** The lines of its logs. */
  List<String> lines(int group, String by) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Path log = file(round, group, by, "log");
      lines.addAll(Files.exists(log) ? Files.readAllLines(log) : List.of());
    }
    return lines;
  }

  static void delete(Path folder) throws IOException {
    for (Path file : files(folder).reversed()) {
      Files.delete(file);
    }
  }
}
