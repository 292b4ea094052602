package dev.retort.bench;

import module java.base;

/** What one JVM measures in a round, from 0, and where it leaves JMH's JSON and its log. */
record Run(int round, Group group, String by, Path json, Path log) {
  /** All runs of a comparison in their order; a group that takes long has one round. */
  static List<Run> of(List<Group> groups, int rounds, Path folder) {
    List<Run> runs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (Group group : groups) {
        for (String by : round > 0 && group.isLong() ? List.<String>of() : group.implementations()) {
          String name = round + "-" + groups.indexOf(group) + "-" + by;
          runs.add(new Run(round, group, by, folder.resolve(name + ".json"), folder.resolve(name + ".log")));
        }
      }
    }
    return runs;
  }

  /** A folder whose name tells title and class path: an engine that was built anew is measured anew. */
  static Path folder(Path parent, String title) throws IOException {
    int key = title.hashCode();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      for (Path file : files(Path.of(entry))) {
        key = 31 * (31 * key + file.hashCode()) + Files.getLastModifiedTime(file).hashCode();
      }
    }
    return Files.createDirectories(parent.resolve(Integer.toHexString(key)));
  }

  /** Starts the JVM, which ends when this one does, or if this one is killed before the next measures. */
  void measure() throws IOException, InterruptedException {
    Path unfinished = json.resolveSibling("unfinished.json");
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      processes.filter(process -> process.info().commandLine().orElse("").endsWith(" " + unfinished))
          .forEach(ProcessHandle::destroyForcibly);
    }
    Files.deleteIfExists(unfinished);
    String command = group.command() + " -p by=" + by + " -f 0 -rf json -rff " + unfinished;
    Process process = Machine.java("org.openjdk.jmh.Main " + command).redirectOutput(log.toFile()).start();
    Thread interruption = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(interruption);
    int exit = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(interruption);
    if (exit != 0) {
      Files.writeString(log, "java.lang.Error: the JVM ended with " + exit + "\n", StandardOpenOption.APPEND);
    } else if (Files.exists(unfinished)) {
      Files.move(unfinished, json);
    }
  }

  /** All files and folders of a folder, itself first. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }
}
