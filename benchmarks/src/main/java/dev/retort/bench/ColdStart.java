package dev.retort.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From the start of a JVM to the answers of a network that it reads from a file, one by one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ColdStart {
  /** An {@link Implementation}. */
  @Param({"vector", "scalar"})
  public String by;

  /** Features, hidden units, classes. */
  @Param({"784-30-30-10", "784-800-800-10"})
  public String network;

  /** After how many the program ends. */
  @Param({"1", "1000"})
  public int answers;

  private Path file;
  private ProcessBuilder process;
  private double shipped;

  /** Writes the network and checks the answer of a first process. */
  @Setup
  public void setUp() throws IOException {
    Implementation implementation = Implementation.named(by);
    InferenceCase inference = new InferenceCase(1, Timed.sizes(network));
    file = Files.createTempFile("retort", ".network");
    implementation.save(inference, file);
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      boolean ships = path.getFileName().toString().matches(implementation.jars());
      shipped += ships ? Files.size(path) / 1048576.0 : 0;
      if (ships || Files.isDirectory(path) || path.endsWith("benchmarks.jar")) {
        classPath.add(entry);
      }
    }
    process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
            "-cp", String.join(File.pathSeparator, classPath), FirstAnswers.class.getName(),
            implementation.getClass().getName(), by, file.toString(), "" + answers);
    double[] line = run();
    inference.expected().check(by, Arrays.copyOfRange(line, 1, line.length));
  }

  private double[] run() throws IOException {
    Process running = process.start();
    try (var output = running.getInputStream(); var errors = running.getErrorStream()) {
      String line = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (line.isEmpty()) {
        throw new IllegalStateException(
            by + " gave no answer: " + new String(errors.readAllBytes(), StandardCharsets.UTF_8));
      }
      return Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    }
  }

  /** One JVM. */
  @Benchmark
  public double answer(Footprint footprint) throws IOException {
    footprint.resident = run()[0];
    footprint.shipped = shipped;
    return footprint.resident;
  }

  /** Leaves nothing behind. */
  @TearDown
  public void tearDown() throws IOException {
    Files.delete(file);
  }
}
