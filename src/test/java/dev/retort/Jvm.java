package dev.retort;

import module java.base;

/** A JVM of its own for what depends on a JVM's flags. */
public final class Jvm {
  /** The flag without which the scalar backend takes over. */
  public static final List<String> VECTOR = List.of("--add-modules=jdk.incubator.vector");

  private static final long PATIENCE = 120;

  /** What a JVM left: exit code, standard output, error output. */
  public record Outcome(int code, String out, String err) {
    /** Lines that the engine, not the JVM, wrote to the error stream. */
    public List<String> ownLines() {
      return err.lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    }
  }

  private Jvm() {}

  /** Runs a class's main method with this JVM's class path. */
  public static Outcome run(List<String> flags, Class<?> main, String... args)
      throws IOException, InterruptedException {
    return run(builder(flags, main, args));
  }

  /** What starts a class's main method with this JVM's class path. */
  public static ProcessBuilder builder(List<String> flags, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-Duser.language=en", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  /** The entries of this JVM's class path. */
  public static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }

  /** Runs a program that starts a JVM. */
  public static Outcome run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = Files.createTempFile("retort", ".out");
    Path err = Files.createTempFile("retort", ".err");
    try {
      Process process =
          builder
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not done after " + PATIENCE + " s: " + builder.command());
      }
      return new Outcome(process.exitValue(), text(out), text(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
