package dev.retort.bench;

import dev.retort.data.TrainTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A library that can do the benchmarks' work: the engine by either backend, or a peer. What it cannot
 * do is an {@link UnsupportedOperationException}.
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

  /** The jars by their file names. */
  List<Path> shipped() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().matches(jars))
        .toList();
  }

  /** Its jars but those of native code, and what else it tells. */
  String describe() {
    return shipped().stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> name.matches("[-a-z]+[-.0-9]+jar"))
        .collect(Collectors.joining(" "));
  }

  /** Its way of doing a case. */
  Work work(Timed benchmark) {
    throw unable(benchmark.getClass().getSimpleName());
  }

  /** One that learns the digits as {@link TimeToAccuracy} says, or by the best it has. */
  Learner learner(TrainTest digits, int threads) {
    throw unable("TimeToAccuracy");
  }

  /** Writes a network as a program that uses this library would ship it. */
  void save(NetworkCase network, Path file) throws IOException {
    throw unable("ColdStart");
  }

  /** What such a program does when it starts; it then asks for the logits of images. */
  UnaryOperator<float[]> load(Path file) throws IOException {
    throw unable("ColdStart");
  }

  private UnsupportedOperationException unable(String benchmark) {
    return new UnsupportedOperationException(name + " does not do " + benchmark);
  }

  /**
   * Learning the embedded digits.
   *
   * @param epoch goes through the training images once more
   * @param accuracy share of the test images that it now gets right
   */
  record Learner(Runnable epoch, DoubleSupplier accuracy) {}

  /** All implementations on this class path, the engine's backends first. */
  static List<Implementation> all() {
    return Stream.concat(
            Stream.of(new Retort("vector"), new Retort("scalar"), new HandWrittenC()),
            ServiceLoader.load(Implementation.class).stream().map(ServiceLoader.Provider::get))
        .toList();
  }

  /**
   * The implementation of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Implementation named(String name) {
    return all().stream()
        .filter(each -> each.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(
                "no implementation '" + name + "'; there are "
                    + String.join(", ", all().stream().map(each -> each.name).toList())
                    + "; peers need -Ppeers"));
  }
}
