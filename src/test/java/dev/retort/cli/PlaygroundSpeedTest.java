package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.data.Dataset;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A slider of the playground moves smoothly: with the networks of the main job, from request to reply. */
class PlaygroundSpeedTest {
  private static final int MOVES = 200;
  private static final int SERIES = 10;
  private static final double MILLISECONDS = 50;

  /** Something else that runs on this machine may spoil a series, but hardly ten of them. */
  @Test
  void ninetyFiveOfAHundredMovesAreAnsweredWithinFiftyMilliseconds() throws Exception {
    Tensor images = Tensor.zeros(20, 28, 28);
    Random random = new Random(1);
    for (int i = 0; i < images.size(); i++) {
      images.data()[i] = random.nextFloat();
    }
    Playground playground =
        new Playground(
            new Playground.Named("teacher", Network.mlp(784, 256, 256, 10).seed(1).build()),
            List.of(
                new Playground.Named("student alone", Network.mlp(784, 128, 10).seed(2).build()),
                new Playground.Named("student distilled", Network.mlp(784, 128, 10).seed(3).build())),
            new Dataset("images", images, random.ints(20, 0, 10).toArray(), 10));
    double best = Double.POSITIVE_INFINITY;
    try (PlaygroundServer server = new PlaygroundServer(playground, 0);
        HttpClient client = HttpClient.newHttpClient()) {
      for (int series = 0; series < SERIES && best >= MILLISECONDS; series++) {
        double[] times = new double[MOVES];
        for (int move = 0; move < MOVES; move++) {
          times[move] = answer(client, server.address(), 0.5 + move * 0.1);
        }
        Arrays.sort(times);
        best = Math.min(best, times[MOVES * 95 / 100]);
      }
    }
    assertTrue(best < MILLISECONDS, "95th percentile: " + best + " ms");
  }

  private static double answer(HttpClient client, String address, double temperature)
      throws IOException, InterruptedException {
    String question =
        "strokes=&sample=7&label=-1&student=1&hardWeight=0.3&softWeight=0.7&temperature=" + temperature;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "answer"))
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    long start = System.nanoTime();
    HttpResponse<String> reply = client.send(request, HttpResponse.BodyHandlers.ofString());
    double milliseconds = (System.nanoTime() - start) * 1e-6;
    assertEquals(200, reply.statusCode(), reply.body());
    return milliseconds;
  }
}
