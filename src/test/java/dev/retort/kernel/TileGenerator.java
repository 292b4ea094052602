package dev.retort.kernel;

import module java.base;

/**
 * Writes the kernel's files of straight code: register tiles, and transpositions in registers.
 * A loop would have to keep its vectors in an array, which boxes them. To renew them:
 *
 * <pre>
 * java src/test/java/dev/retort/kernel/TileGenerator.java
 * </pre>
 */
final class TileGenerator extends Generator {
  /** What a file begins with, and a place for one more import. */
  static final String HEADER =
      """
      package dev.retort.kernel;

      import static jdk.incubator.vector.FloatVector.broadcast;
      import static jdk.incubator.vector.FloatVector.fromArray;

      import jdk.incubator.vector.FloatVector;
      %simport jdk.incubator.vector.VectorSpecies;

      // Written by TileGenerator in the test sources: change that, not this.

      """;

  /** Where the sums of a tile start: each row from its own vectors, or all rows from the same. */
  private enum Start {
    OWN("", "The start holds the vectors of a row one after the other, row by row."),
    SHARED("Shared", "All rows start from the same vectors, which lie one after the other.");

    final String suffix;
    final String meaning;

    Start(String suffix, String meaning) {
      this.suffix = suffix;
      this.meaning = meaning;
    }
  }

  public static void main(String[] args) throws IOException {
    write(files());
  }

  /** {@return the files that are generated, with their text} */
  static Map<Path, String> files() {
    Map<Path, String> files = new HashMap<>();
    for (Start start : Start.values()) {
      for (int rows : new int[] {8, 6, 4}) {
        files.put(KERNEL.resolve("Tile%d%s.java".formatted(rows, start.suffix)), tile(rows, start));
      }
      files.put(KERNEL.resolve("PackedTile%s.java".formatted(start.suffix)), packedTile(start));
    }
    files.put(KERNEL.resolve("Tiles.java"), choice());
    files.put(KERNEL.resolve("TransposedBlock.java"), new BlockGenerator().written());
    return files;
  }

  private static String purpose(int rows) {
    return switch (rows) {
      case 8 ->
          """
          /**
           * Register tiles of eight rows, never fewer, by up to three vectors of columns: 24 chains of fused
           * multiply-adds, three vectors of b and one broadcast fill most of 32 registers. The rows are reached
           * from two of them: seven offsets would not stay in registers.
          """;
      case 6 ->
          """
          /**
           * Register tiles of six rows by up to three vectors of columns: with those of eight and of four they
           * cover any even number of rows. Of fewer rows the last is repeated.
          """;
      default ->
          """
          /**
           * Register tiles of four rows by up to three vectors of columns: 12 chains of fused multiply-adds,
           * three vectors of b and one broadcast fill 16 registers. Of fewer rows the last is repeated.
          """;
    };
  }

  private static String tile(int rows, Start start) {
    TileGenerator out = new TileGenerator();
    out.text.append(HEADER.formatted("")).append(purpose(rows)).append(
        """
         *
         * <p>The spelling is what C2 compiles to multiply-adds, their loads and little else, also where it
         * parks integers in vector registers ({@code UseFPUForSpilling}): all operands are fields of one
         * object, steps are subtracted, terms are counted down, the last vector of b has an index of its own,
         * sums start from one buffer without gaps. A choice of starts within a tile spoils its loop.
         */
        final class Tile%1$d%2$s {
          private static final VectorSpecies<Float> F = VectorExp.SPECIES;
          private static final int L = F.length();

          private Tile%1$d%2$s() {}

          /**
           * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain, for a c of
           * t.m x t.n elements, a whole vector of columns at least. The columns of b are contiguous. The last
           * vector of a row ends with the last column and may overlap the one before.
           * %3$s
           */
          static void tile(Product t, int vectors) {
            switch (vectors) {
              case 1 -> tile%1$dx1(t);
              case 2 -> tile%1$dx2(t);
              default -> tile%1$dx3(t);
            }
          }
        """.formatted(rows, start.suffix, start.meaning));
    for (int vectors = 3; vectors >= 1; vectors--) {
      out.tile(rows, vectors, start);
    }
    return out.text.append("}\n").toString();
  }

  private void tile(int rows, int vectors, Start start) {
    boolean repeats = rows < 8;
    int half = repeats ? rows : rows / 2;
    line("");
    line("  private static void tile%dx%d(Product t) {", rows, vectors);
    line("    float[] start = t.start;");
    line("    int so = t.so;");
    starts(rows, vectors, start, "    ");
    for (String each : new String[] {"float[] a = t.a", "int ao = t.ao", "int as = -t.acs"}) {
      line("    %s;", each);
    }
    for (int i = 1; i < half; i++) {
      line("    int a%d = %s * t.ars;", i, repeats ? "Math.min(%d, t.m - 1)".formatted(i) : i);
    }
    if (!repeats) {
      line("    int a%d = ao + %d * t.ars;", half, half);
    }
    line("    float[] b = t.b;");
    line("    int bo = t.bo;");
    line("    int bs = -t.brs;");
    if (vectors > 1) {
      line("    int bl = bo + t.n - L;");
    }
    line(
        "    for (int p = t.k; p > 0; p--, ao -= as, %sbo -= bs%s) {",
        repeats ? "" : "a" + half + " -= as, ", vectors > 1 ? ", bl -= bs" : "");
    for (int v = 0; v < vectors; v++) {
      line(
          "      FloatVector b%d = fromArray(F, b, %s);",
          v, v > 0 && v == vectors - 1 ? "bl" : v == 0 ? "bo" : "bo + L");
    }
    for (int i = 0; i < rows; i++) {
      String base = i < half ? "ao" : "a" + half;
      String from = i % half == 0 ? base : base + " + a" + i % half;
      products(i, vectors, from, "      ");
    }
    line("    }");
    line("    float[] c = t.c;");
    line("    int co = t.co;");
    if (vectors > 1) {
      line("    int last = t.n - L;");
    }
    for (int i = 1; i < rows; i++) {
      line("    int c%d = %s * t.ldc;", i, repeats ? "Math.min(%d, t.m - 1)".formatted(i) : i);
    }
    each(rows, vectors, (i, v) ->
        "    c%d%d.intoArray(c, co%s%s);".formatted(
            i, v, i == 0 ? "" : " + c" + i, column(v, vectors)));
    line("  }");
  }

  private static String choice() {
    return """
        package dev.retort.kernel;

        // Written by TileGenerator in the test sources: change that, not this.

        /** The register tile for a number of rows and a start. */
        final class Tiles {
          private Tiles() {}

          /**
           * Computes a tile.
           *
           * @param rows 8, 6 or 4, or 0 for any number of rows by two vectors of packed columns
           * @param vectors of columns
           */
          static void tile(Product t, int rows, int vectors) {
            if (t.ss == 0) {
              switch (rows) {
                case 0 -> PackedTileShared.tile6x2(t);
                case 8 -> Tile8Shared.tile(t, vectors);
                case 6 -> Tile6Shared.tile(t, vectors);
                default -> Tile4Shared.tile(t, vectors);
              }
            } else {
              switch (rows) {
                case 0 -> PackedTile.tile6x2(t);
                case 8 -> Tile8.tile(t, vectors);
                case 6 -> Tile6.tile(t, vectors);
                default -> Tile4.tile(t, vectors);
              }
            }
          }
        }
        """;
  }

  private static String packedTile(Start start) {
    TileGenerator out = new TileGenerator();
    out.text.append(HEADER.formatted("")).append(
        """
        /**
         * Register tiles of six rows by two vectors of packed columns: 12 chains of fused multiply-adds, two
         * vectors of b and one broadcast leave one of 16 registers. All rows of a go by in one call, as
         * entering costs as much as ten terms; of a last tile of fewer rows the last is repeated.
         *
         * <p>Steps of b that are constants, and its index as the loop's own, save eight instructions a term
         * against {@link Tile6}: with 16 registers it is instructions that bound the loop.
         */
        final class PackedTile%1$s {
          private static final VectorSpecies<Float> F = VectorExp.SPECIES;
          private static final int L = F.length();

          /** Rows of a tile. */
          static final int ROWS = 6;

          private PackedTile%1$s() {}

          /**
           * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain, for a c of
           * t.m rows and two vectors of columns. Rows of b have no gap between them.
           * %2$s
           */
          static void tile6x2(Product t) {
            float[] start = t.start;
            int so = t.so;
            float[] a = t.a;
            int row = t.ao;
            int ars = t.ars;
            int as = -t.acs;
            float[] b = t.b;
            int from = t.bo;
            int end = from + 2 * L * t.k;
            float[] c = t.c;
            int co = t.co;
            int ldc = t.ldc;
        """.formatted(start.suffix, start.meaning));
    out.line("    for (int left = t.m; left > 0; left -= ROWS, row += ROWS * ars, co += ROWS * ldc) {");
    out.starts(6, 2, start, "      ");
    for (int i = 1; i < 6; i++) {
      out.line("      int a%1$d = Math.min(%1$d, left - 1) * ars;", i);
    }
    out.line("      int ao = row;");
    out.line("      for (int bo = from; bo < end; bo += 2 * L, ao -= as) {");
    out.line("        FloatVector b0 = fromArray(F, b, bo);");
    out.line("        FloatVector b1 = fromArray(F, b, bo + L);");
    for (int i = 0; i < 6; i++) {
      out.products(i, 2, i == 0 ? "ao" : "ao + a" + i, "        ");
    }
    out.line("      }");
    for (int i = 1; i < 6; i++) {
      out.line("      int c%1$d = Math.min(%1$d, left - 1) * ldc;", i);
    }
    out.each(6, 2, (i, v) ->
        "      c%d%d.intoArray(c, co%s%s);".formatted(i, v, i == 0 ? "" : " + c" + i, times(" + ", v, "L")));
    if (start == Start.OWN) {
      out.line("      so += ROWS * 2 * L;");
    }
    return out.text.append("    }\n  }\n}\n").toString();
  }

  /** Declares a tile's accumulators. */
  private void starts(int rows, int vectors, Start start, String indent) {
    each(rows, vectors, (i, v) ->
        indent + (i > 0 && start == Start.SHARED
            ? "FloatVector c%d%d = c0%d;".formatted(i, v, v)
            : "FloatVector c%d%d = fromArray(F, start, so%s);".formatted(i, v, times(" + ", i * vectors + v, "L"))));
  }

  /** A term's products of one row. */
  private void products(int row, int vectors, String at, String indent) {
    line("%s%sx = broadcast(F, a[%s]);", indent, row == 0 ? "FloatVector " : "", at);
    for (int v = 0; v < vectors; v++) {
      line("%1$sc%2$d%3$d = x.fma(b%3$d, c%2$d%3$d);", indent, row, v);
    }
  }

  private interface Place {
    String at(int row, int vector);
  }

  private void each(int rows, int vectors, Place place) {
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < vectors; v++) {
        line(place.at(i, v));
      }
    }
  }

  /** Where a vector of columns begins. */
  private static String column(int v, int vectors) {
    return v == 0 ? "" : v == vectors - 1 ? " + last" : " + L";
  }
}
