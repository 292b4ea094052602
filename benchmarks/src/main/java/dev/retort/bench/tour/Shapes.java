package dev.retort.bench.tour;

import dev.retort.bench.Contender;
import dev.retort.bench.Cost;
import dev.retort.bench.Limits;
import dev.retort.bench.Rates;
import dev.retort.bench.Steering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.FloatVector;

/**
 * Every matrix product of four networks, forward and backward, at three batches, and cubes, as one
 * table. A contender's one JVM does all of them, as one JVM trains all layers of a network: what the
 * compiler has learned from one shape it uses for the next. At a shape the contenders and the limits
 * of a core take turns, on one thread: the second threads of those whose turn it is not would spin
 * for a while on the other's core.
 *
 * <p>Argument: the folder for the table.
 */
public final class Shapes {
  private static final int ROUNDS = 7;
  private static final List<String> PEERS = List.of("openblas", "mkl");

  private final List<Player> players = new ArrayList<>();
  private final StringBuilder rows = new StringBuilder();
  private final Limits limits = new Limits();
  private final Limits.Factors factors = new Limits.Factors();
  private final Rates counted = new Rates();
  private float sink;
  private int ahead;
  private int measured;

  private Shapes() {}

  /** Measures, prints and writes. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (!Steering.in(System.getenv()).isEmpty()) {
      System.exit(Tour.startOver(Shapes.class, args));
    }
    Shapes shapes = new Shapes();
    String table;
    try {
      table = shapes.measure();
    } finally {
      shapes.players.forEach(Player::close);
    }
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    Path file = Path.of(args[0], "shapes-" + bits + "-bits.md");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
    System.out.println(shapes.header() + "\nwritten to " + file);
  }

  private String measure() throws IOException {
    for (Contender contender : Contender.all()) {
      if (contender.name().equals(Stop.OURS) || PEERS.contains(contender.name())) {
        players.add(new Player(contender.name()));
      }
    }
    List<Shape> shapes = Shape.all();
    for (int shape = 0; shape < shapes.size(); shape++) {
      // A first lap, for the compiler, of this JVM too.
      players.getFirst().prepare(shape);
      limits(shapes.get(shape).make().cost());
    }
    for (int shape = 0; shape < shapes.size(); shape++) {
      String row = row(shapes.get(shape), shape);
      System.out.print(row);
      rows.append(row);
    }
    return header() + "\n| layer | product | batch, size | Retort | of its limit | "
        + String.join(" | ", PEERS) + " | ratio to the better |\n"
        + "|---|---|---|---|---|---|---|---|\n" + rows;
  }

  /** A core's multiply-adds, and its reading of the bytes. */
  private List<Slice> limits(Cost cost) {
    Limits.Arrays3 arrays = Limits.Arrays3.of(cost.bytes());
    return List.of(
        new Slice(() -> sink += limits.fma(factors, counted)),
        new Slice(() -> sink += limits.read(arrays, counted)));
  }

  private String row(Shape shape, int index) throws IOException {
    Cost cost = shape.make().cost();
    List<Slice> ofCore = limits(cost);
    for (Player player : players) {
      player.prepare(index);
    }
    double[][] rates = new double[players.size()][ROUNDS];
    double[] peaks = new double[ROUNDS];
    double[] reads = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      peaks[round] = ofCore.getFirst().rate() * Limits.FMA.flops();
      reads[round] = ofCore.getLast().rate() * cost.bytes();
      for (int i = 0; i < rates.length; i++) {
        rates[i][round] = players.get(i).play();
      }
    }
    double ours = Series.medianOf(rates[0]);
    return "| " + shape + " | " + Unit.number(ours * cost.flops() * 1e-9) + " | "
        + share(
            ours * cost.flops() / Series.medianOf(peaks),
            ours * cost.bytes() / Series.medianOf(reads))
        + " | " + peers(rates, cost.flops() * 1e-9) + " |\n";
  }

  /** Of as many times what a core can multiply and add, or read of that many bytes. */
  private static String share(double ofPeak, double ofReading) {
    return ofPeak >= ofReading
        ? Math.round(100 * ofPeak) + "% of peak"
        : Math.round(100 * ofReading) + "% of reading";
  }

  private String peers(double[][] rates, double scale) {
    String[] cells = {"", "", ""};
    double ratio = Double.POSITIVE_INFINITY;
    for (int i = 1; i < rates.length; i++) {
      double rate = Series.medianOf(rates[i]);
      cells[PEERS.indexOf(players.get(i).name())] = Unit.number(rate * scale);
      ratio = Math.min(ratio, Series.medianOf(Series.ratios(rates[0], rates[i])));
    }
    if (rates.length > 1) {
      cells[2] = Unit.number(ratio);
      ahead += ratio >= 1 ? 1 : 0;
      measured++;
    }
    return String.join(" | ", cells);
  }

  private String header() {
    Map<String, String> facts = Machine.description();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s; %s; vectors of %d bits; one thread; environment: %s; GFLOP/s and ratios, medians of"
                + " %d rounds.",
            facts.get("processor"), facts.get("jdk"),
            FloatVector.SPECIES_PREFERRED.vectorBitSize(), facts.get("environment"),
            ROUNDS));
    players.forEach(
        player -> text.append(' ').append(player.name()).append(": ")
            .append(player.description()).append('.'));
    if (measured > 0) {
      text.append(
          String.format(" Level with or ahead of the better peer: %d of %d.", ahead, measured));
    }
    return text.append('\n').toString();
  }
}
