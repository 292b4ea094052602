package dev.retort.cli;

import dev.retort.data.Dataset;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long the playground takes to answer when a slider moves: the request, the networks of the main job,
 * charts and steps, and the reply. The 95th percentile is to be below 50 ms.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlaygroundSlider {
  private PlaygroundServer server;
  private HttpClient client;
  private int moves;

  @Setup(Level.Trial)
  public void start() throws IOException {
    Random random = new Random(1);
    Tensor images = Tensor.zeros(20, 28, 28);
    for (int i = 0; i < images.size(); i++) {
      images.data()[i] = random.nextFloat();
    }
    int[] labels = random.ints(20, 0, 10).toArray();
    server =
        new PlaygroundServer(
            new Playground(
                new Playground.Named("teacher", Network.mlp(784, 256, 256, 10).seed(1).build()),
                List.of(
                    new Playground.Named("student alone", Network.mlp(784, 128, 10).seed(2).build()),
                    new Playground.Named("student distilled", Network.mlp(784, 128, 10).seed(3).build())),
                new Dataset("images", images, labels, 10)),
            0);
    client = HttpClient.newHttpClient();
  }

  @TearDown(Level.Trial)
  public void stop() {
    server.close();
    client.close();
  }

  /** One move of the temperature's slider. */
  @Benchmark
  public int answer() throws IOException, InterruptedException {
    double temperature = 0.5 + moves++ % 196 * 0.1;
    String question =
        "strokes=&sample=7&label=-1&student=1&hardWeight=0.3&softWeight=0.7&temperature=" + temperature;
    HttpResponse<String> reply =
        client.send(
            HttpRequest.newBuilder(URI.create(server.address() + "answer"))
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() != 200) {
      throw new IllegalStateException(reply.body());
    }
    return reply.body().length();
  }
}
