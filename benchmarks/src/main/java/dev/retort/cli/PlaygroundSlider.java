package dev.retort.cli;

import module java.base;
import dev.retort.bench.Measured;
import dev.retort.data.Digits;
import dev.retort.nn.Network;

/**
 * How long the playground takes to answer when the temperature's slider moves: the request, the networks of the main
 * job, charts and steps, and the reply. The 95th percentile is to be below 50 ms; NOTES, Charts, has JMH's options.
 */
public class PlaygroundSlider extends Measured {
  private int moves;

  private static Playground.Named network(String name, int... sizes) {
    return new Playground.Named(name, Network.mlp(sizes).build());
  }

  @Override
  protected Runnable prepare() throws IOException {
    System.setProperty("retort.backend", by);
    List<Playground.Named> networks = List.of(network("teacher", 784, 256, 256, 10),
        network("student alone", 784, 128, 10), network("student distilled", 784, 128, 10));
    String address = new PlaygroundServer(new Playground(networks, Digits.load().test()), 0).address();
    return () -> answer(address);
  }

  private void answer(String address) {
    String question = "strokes=&sample=7&label=-1&student=1&hardWeight=0.3&softWeight=0.7&temperature=";
    String temperature = "" + (0.5 + moves++ % 196 * 0.1);
    try {
      URLConnection connection = URI.create(address + "answer").toURL().openConnection();
      connection.setDoOutput(true);
      connection.getOutputStream().write((question + temperature).getBytes(StandardCharsets.UTF_8));
      connection.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
