package dev.retort.model;

import module java.base;

/** A main class of the tests in a JVM of its own. */
final class Fork {
  private final Process process;

  private Fork(Process process) {
    this.process = process;
  }

  /** Starts it. */
  static Fork of(Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return new Fork(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Waits for its first byte of output. */
  void awaitOutput() throws IOException {
    if (process.getInputStream().read() < 0) {
      throw new AssertionError("no output");
    }
  }

  /** Kills it without a warning. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** All it prints, until it ends. */
  String output() throws IOException, InterruptedException {
    byte[] bytes = process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) {
      throw new AssertionError("exit code " + process.exitValue());
    }
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }
}
