package dev.retort.bench;

import module java.base;

/**
 * A library that can do the benchmarks' work: the engine by either backend, or a peer. What it cannot do is an {@link
 * UnsupportedOperationException}.
 */
public abstract class Implementation {
  /** The value of the benchmarks' parameter {@code by}. */
  final String name;

  /** The names of the jars that a program with this library ships, as a regular expression. */
  private final String jars;

  Implementation(String name, String jars) {
    this.name = name;
    this.jars = jars;
  }

  /** One way of doing one case: what is timed, and what its runs have computed, as the case's {@link Expected}. */
  record Work(Runnable task, Supplier<double[]> result) {}

  /** The jars by their file names. */
  List<Path> shipped() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1)).map(Path::of)
        .filter(path -> path.getFileName().toString().matches(jars)).toList();
  }

  /** Its jars but those of native code, and what else it tells. */
  String describe() {
    return shipped().stream().map(path -> path.getFileName().toString())
        .filter(name -> name.matches("[-a-z]+[-.0-9]+jar")).collect(Collectors.joining(" "));
  }

  /** Its way of doing a case. */
  Work work(Measured benchmark) {
    throw new UnsupportedOperationException(name + " does not do " + benchmark.getClass().getSimpleName());
  }

  /** Writes a network as a program that uses this library would ship it. */
  void save(NetworkCase network, Path file) throws IOException {
    throw new UnsupportedOperationException(name + " does not do ColdStart");
  }

  /** What such a program does when it starts; it then asks for the logits of images, one by one. */
  UnaryOperator<float[]> load(Path file) throws IOException {
    throw new UnsupportedOperationException(name + " does not do ColdStart");
  }

  /** All implementations on this class path, the engine's backends first. */
  static List<Implementation> all() {
    return Stream.concat(Stream.of(new Retort("vector"), new Retort("scalar"), new HandWrittenC()),
            ServiceLoader.load(Implementation.class).stream().map(ServiceLoader.Provider::get)).toList();
  }

  /** The implementation of that name, or an {@link IllegalArgumentException}. */
  static Implementation named(String name) {
    return all().stream().filter(each -> each.name.equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no '" + name + "'; peers need -Ppeers"));
  }
}
