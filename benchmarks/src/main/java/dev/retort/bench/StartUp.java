package dev.retort.bench;

import dev.retort.model.Checkpoint;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

/** From the start of a JVM to the first answer of a network that it reads from a file. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class StartUp {
  /** The engine's backend. */
  @Param({"vector", "scalar"})
  public String by;

  /** Features, hidden units, classes. */
  @Param("784-30-30-10")
  public String network;

  private Path file;
  private ProcessBuilder process;

  /** Writes the file and checks the answer of a first process. */
  @Setup
  public void setUp() throws IOException {
    InferenceCase inference = new InferenceCase(Sizes.parse(network, "-"));
    file = Files.createTempFile("retort", ".safetensors");
    Checkpoint.save(file, RetortNetwork.of(inference));
    process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector", "-Dretort.backend=" + by,
            "-cp", System.getProperty("java.class.path"), FirstAnswer.class.getName(),
            file.toString());
    double[] logits =
        Arrays.stream(answer().split(" ")).mapToDouble(Double::parseDouble).toArray();
    inference.answer().check(by, logits);
  }

  /** One JVM. */
  @Benchmark
  public String answer() throws IOException {
    Process running = process.start();
    try (var output = running.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  /** Leaves nothing behind. */
  @TearDown
  public void tearDown() throws IOException {
    Files.delete(file);
  }

  /** What the JVM that is started runs. */
  public static final class FirstAnswer {
    private FirstAnswer() {}

    /** Prints the logits of one image. */
    public static void main(String[] args) throws IOException {
      Network network = Checkpoint.load(Path.of(args[0]));
      InferenceCase inference = new InferenceCase(network.sizes());
      Tensor logits = network.forward(Tensor.of(inference.image, 1, network.inputs()));
      StringBuilder line = new StringBuilder();
      for (float logit : logits.toArray()) {
        line.append(logit).append(' ');
      }
      System.out.println(line);
    }
  }
}
