package dev.retort.bench.tour;

import dev.retort.bench.GemmCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A product that a network needs, or a cube, whose layer and product are empty. */
record Shape(String layer, String product, int size) {
  private static final List<String> LAYERS =
      List.of(
          "784x1200", "1200x1200", "1200x10", "784x800", "800x800", "800x10",
          "784x300", "300x300", "300x10", "784x30", "30x30", "30x10");
  private static final List<Integer> BATCHES = List.of(1, 32, 128);
  private static final List<Integer> CUBES =
      List.of(32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024);

  static List<Shape> all() {
    List<Shape> all = new ArrayList<>();
    for (String layer : LAYERS) {
      for (GemmCase.Kind product : GemmCase.Kind.values()) {
        for (int batch : BATCHES) {
          all.add(new Shape(layer, product.name(), batch));
        }
      }
    }
    CUBES.forEach(size -> all.add(new Shape("", "", size)));
    return all;
  }

  GemmCase make() {
    if (layer.isEmpty()) {
      return GemmCase.cube(size);
    }
    int middle = layer.indexOf('x');
    return GemmCase.ofLayer(
        GemmCase.Kind.valueOf(product), Integer.parseInt(layer.substring(0, middle)),
        Integer.parseInt(layer.substring(middle + 1)), size);
  }

  @Override
  public String toString() {
    return layer.isEmpty()
        ? "cube | | " + size
        : layer + " | " + product.toLowerCase(Locale.ROOT) + " | " + size;
  }
}
