package dev.retort.kernel;

/** Writes {@link TransposedBlock} for {@link TileGenerator}. */
final class BlockGenerator extends Generator {
  String written() {
    text.append(TileGenerator.HEADER.formatted("import jdk.incubator.vector.IntVector;\n")).append(
        """
        /**
         * Square blocks, as many rows and columns as a vector has lanes, transposed in registers: a perfect
         * shuffle of the rows, as often as their number halves to one.
         *
         * <p>The vectors are of the one width that all kernels use: while the JVM has seen one class of
         * vectors of floats only, it knows them all by their type; with a second one, of another width,
         * compiled tiles boxed vectors in half of all runs.
         */
        final class TransposedBlock {
          private static final VectorSpecies<Float> F = VectorExp.SPECIES;
          private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
          private static final int L = F.length();

          /** Vectors of fewer lanes have no block. */
          static final boolean EXISTS = L >= 8;

          /** The lanes of two vectors taken in turn, from their lower and their upper halves. */
          private static final IntVector LOW = IntVector.fromArray(I, inTurn(0), 0);

          private static final IntVector HIGH = IntVector.fromArray(I, inTurn(L / 2), 0);

          private TransposedBlock() {}

          private static int[] inTurn(int from) {
            int[] lanes = new int[L];
            for (int i = 0; i < L; i++) {
              lanes[i] = from + i / 2 + i % 2 * L;
            }
            return lanes;
          }

          /** {@code y(j, i) = x(i, j)} for one block. */
          static void copy(float[] y, int yo, int ldy, float[] x, int xo, int ldx) {
            if (L == 16) {
              copy16(y, yo, ldy, x, xo, ldx);
            } else {
              copy8(y, yo, ldy, x, xo, ldx);
            }
          }
        """);
    copy(16);
    row();
    copy(8);
    return text.append("}\n").toString();
  }

  private void copy(int lanes) {
    line("");
    line("  private static void copy%d(float[] y, int yo, int ldy, float[] x, int xo, int ldx) {", lanes);
    char last = transposed("    ", "x, xo", lanes);
    for (int i = 0; i < lanes; i++) {
      line("    %s%d.reinterpretAsFloats().intoArray(y, yo%s);", last, i, times(" + ", i, "ldy"));
    }
    line("  }");
  }

  private void row() {
    line(
        """

          /**
           * One row of a times 16 columns of b, which are contiguous: {@code c(j) = start(j) + sum over p of
           * a(p) b(p, j)}, each element one chain. With shorter vectors scalar code is faster.
           *
           * @param t with a k that is a multiple of 16
           */
          static void row16(Product t) {
            float[] a = t.a;
            int ao = t.ao;
            int as = t.acs;
            float[] b = t.b;
            int bo = t.bo;
            int ldx = t.bcs;
            FloatVector s = fromArray(F, t.start, t.so);
            for (int p = 0, k = t.k; p < k; p += 16, ao += 16 * as, bo += 16) {\
        """);
    char last = transposed("      ", "b, bo", 16);
    for (int i = 0; i < 16; i++) {
      line("      s = broadcast(F, a[ao%s]).fma(%s%d.reinterpretAsFloats(), s);", times(" + ", i, "as"), last, i);
    }
    line("    }");
    line("    s.intoArray(t.c, t.co);");
    line("  }");
  }

  /** Loads a block and transposes it; returns the letter of the vectors that hold the result. */
  private char transposed(String indent, String from, int lanes) {
    for (int i = 0; i < lanes; i++) {
      line("%sIntVector a%d = fromArray(F, %s%s).reinterpretAsInts();", indent, i, from, times(" + ", i, "ldx"));
    }
    char last = 'a';
    for (int halves = lanes; halves > 1; halves /= 2) {
      char next = last == 'a' ? 'b' : 'a';
      for (int i = 0; i < lanes; i++) {
        line(
            "%s%s%s%d = %s.selectFrom(%s%d, %s%d);",
            indent, halves == lanes ? "IntVector " : "", next, i, i % 2 == 0 ? "LOW" : "HIGH", last, i / 2,
            last, i / 2 + lanes / 2);
      }
      last = next;
    }
    return last;
  }
}
