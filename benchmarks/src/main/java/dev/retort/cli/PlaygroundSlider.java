package dev.retort.cli;

import module java.base;
import dev.retort.data.Digits;
import dev.retort.nn.Network;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long the playground takes to answer when the temperature's slider moves: the request, the networks of the main
 * job, charts and steps, and the reply. The 95th percentile is to be below 50 ms.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlaygroundSlider {
  private PlaygroundServer server;
  private int moves;

  private static Playground.Named network(String name, int... sizes) {
    return new Playground.Named(name, Network.mlp(sizes).build());
  }

  @Setup
  public void start() throws IOException {
    List<Playground.Named> networks =
        List.of(
            network("teacher", 784, 256, 256, 10), network("student alone", 784, 128, 10),
            network("student distilled", 784, 128, 10));
    server = new PlaygroundServer(new Playground(networks, Digits.load().test()), 0);
  }

  @TearDown
  public void stop() {
    server.close();
  }

  @Benchmark
  public byte[] answer() throws IOException {
    String question = "strokes=&sample=7&label=-1&student=1&hardWeight=0.3&softWeight=0.7&temperature=";
    URLConnection connection = URI.create(server.address() + "answer").toURL().openConnection();
    connection.setDoOutput(true);
    String temperature = "" + (0.5 + moves++ % 196 * 0.1);
    connection.getOutputStream().write((question + temperature).getBytes(StandardCharsets.UTF_8));
    return connection.getInputStream().readAllBytes();
  }
}
