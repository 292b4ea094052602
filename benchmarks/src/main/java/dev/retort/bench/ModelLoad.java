package dev.retort.bench;

import dev.retort.model.Checkpoint;
import dev.retort.nn.Network;
import java.io.IOException;
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

/** A network from its file, which the operating system has in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ModelLoad {
  /** Features, hidden units, classes. */
  @Param({"784-30-30-10", "784-800-800-10"})
  public String network;

  private Path file;
  private Cost cost;

  /** Writes the file and checks that it reads back to the bit. */
  @Setup
  public void setUp() throws IOException {
    NetworkCase given = new NetworkCase(Sizes.parse(network, "-"));
    Network written = RetortNetwork.of(given);
    file = Files.createTempFile("retort", ".safetensors");
    Checkpoint.save(file, written);
    cost = new Cost(0, Files.size(file), given.parameters());
    Network read = Checkpoint.load(file);
    for (int i = 0; i < written.parameters().size(); i++) {
      float[] want = written.parameters().get(i).value().toArray();
      if (!Arrays.equals(want, read.parameters().get(i).value().toArray())) {
        throw new WrongResultException("parameter " + i + " did not come back from " + file);
      }
    }
  }

  /** One load. */
  @Benchmark
  public Network load(Rates rates) throws IOException {
    rates.count(cost);
    return Checkpoint.load(file);
  }

  /** Leaves nothing behind. */
  @TearDown
  public void tearDown() throws IOException {
    Files.delete(file);
  }
}
