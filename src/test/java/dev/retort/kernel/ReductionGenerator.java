package dev.retort.kernel;

import module java.base;

/** Writes {@link LaneReduction} for {@link RowGenerator}. */
final class ReductionGenerator extends Generator {
  String written() {
    text.append(
        """
        package dev.retort.kernel;

        import static jdk.incubator.vector.FloatVector.fromArray;
        import static jdk.incubator.vector.VectorOperators.GT;

        import module java.base;
        import jdk.incubator.vector.FloatVector;
        import jdk.incubator.vector.IntVector;
        import jdk.incubator.vector.VectorMask;
        import jdk.incubator.vector.VectorShuffle;
        import jdk.incubator.vector.VectorSpecies;

        """).append(RowGenerator.NOTE).append(
        """
        /**
         * The end of a row reduction, NOTES (E47): the {@value Kernels#LANES} lanes of each row fold by
         * halves to one number, as many rows at a time as a vector has lanes.
         *
         * <p>Rows i and i + h of a block share a vector from the step on that leaves each of them h lanes.
         * One takes the lower halves of each 2h lanes, one the upper; what they lack changes places and is
         * added. The last step leaves the rows in their order.
         *
         * <p>Rows of fewer lanes follow each other without a gap. Arrays reach {@value Kernels#LANES} floats
         * beyond the last row, and rows are rounded up to whole blocks.
         */
        final class LaneReduction {
          private static final VectorSpecies<Float> F = VectorExp.SPECIES;
          private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
          private static final int L = F.length();
          private static final int LANES = Kernels.LANES;

          /** Vectors of a block after the first stage. */
          private static final int BLOCK = Math.min(L, 8);

          private static final VectorMask<Float> HIGH8 = high(8);
          private static final VectorMask<Float> HIGH4 = high(4);
          private static final VectorMask<Float> HIGH2 = high(2);
          private static final VectorMask<Float> HIGH1 = high(1);
          private static final VectorShuffle<Float> SWAP8 = swap(8);
          private static final VectorShuffle<Float> SWAP4 = swap(4);
          private static final VectorShuffle<Float> SWAP2 = swap(2);
          private static final VectorShuffle<Float> SWAP1 = swap(1);

          /** All bits for the lanes that a row has and none for the others, from LANES - lanes on. */
          private static final int[] KEEP = new int[2 * LANES];

          /** What makes the others no maximum. */
          private static final int[] FILL = new int[2 * LANES];

          static {
            Arrays.fill(KEEP, 0, LANES, -1);
            Arrays.fill(FILL, LANES, 2 * LANES, Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
          }

          private LaneReduction() {}

          /** An array for the lanes of some rows, with what a reduction may read after them. */
          static float[] lanes(int rows) {
            return new float[(rows + 1) * LANES];
          }

          private static VectorMask<Float> high(int half) {
            long bits = 0;
            for (int l = 0; l < L; l++) {
              bits |= (l & half) == 0 ? 0 : 1L << l;
            }
            return VectorMask.fromLong(F, bits);
          }

          private static VectorShuffle<Float> swap(int half) {
            return VectorShuffle.fromOp(F, l -> (l ^ half) % L);
          }
        """);
    for (Operation operation : Operation.values()) {
      pairs(operation);
      vectors(operation);
      blocks(operation);
    }
    return text.append("}\n").toString();
  }

  /** What two lanes become. */
  private enum Operation {
    SUM("The lane sum of each row.", "%1$s = %2$s.add(%3$s);", ".and(vKeep%s)"),
    MAX(
        "The largest lane of each row; where one is NaN, any: its row is bad whatever it is.",
        "%1$s = %2$s.blend(%3$s, %3$s.compare(GT, %2$s));",
        ".and(vKeep%1$s).or(vFill%1$s)");

    final String purpose;
    final String combines;
    final String keeps;

    Operation(String purpose, String combines, String keeps) {
      this.purpose = purpose;
      this.combines = combines;
      this.keeps = keeps;
    }

    String lower() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The method that others call, and the first step where a vector holds all lanes of a row. */
  private void pairs(Operation operation) {
    text.append(
        """

          /** PURPOSE */
          static void FOLD(float[] FOLD, float[] x, int rows, int lanes, float[] buffer) {
            if (L == 16) {
              FOLDPairs(buffer, x, rows, lanes);
            } else {
              FOLDVectors(buffer, x, rows, lanes);
            }
            FOLDBlocks(FOLD, buffer, rows);
          }

          private static void FOLDPairs(float[] t, float[] x, int rows, int lanes) {
        """
            .replace("PURPOSE", operation.purpose).replace("FOLD", operation.lower()));
    mask("    ", operation, "", "");
    line("    int pairs = Math.ceilDiv(rows, L) * BLOCK;");
    line("    for (int i = 0; i < pairs; i++) {");
    line("      int at = (2 * i - (i & 7)) * lanes;");
    load("      ", operation, "v0", "at", "");
    load("      ", operation, "v1", "at + 8 * lanes", "");
    fold("      ", operation, 0, 1, 8);
    line("      v0.intoArray(t, i * L);");
    line("    }");
    line("  }");
  }

  /** The first step where a row has two or four vectors. */
  private void vectors(Operation operation) {
    line("");
    line("  private static void %sVectors(float[] t, float[] x, int rows, int lanes) {", operation.lower());
    mask("    ", operation, "0", "");
    mask("    ", operation, "8", " + 8");
    line("    for (int i = 0, at = 0; i < rows; i++, at += lanes) {");
    load("      ", operation, "v0", "at", "0");
    load("      ", operation, "v8", "at + 8", "8");
    combine("      ", operation, "v0", "v0", "v8");
    line("      if (L == 4) {");
    mask("        ", operation, "4", " + 4");
    mask("        ", operation, "12", " + 12");
    load("        ", operation, "v4", "at + 4", "4");
    load("        ", operation, "v12", "at + 12", "12");
    combine("        ", operation, "v4", "v4", "v12");
    combine("        ", operation, "v0", "v0", "v4");
    line("      }");
    line("      v0.intoArray(t, i * L);");
    line("    }");
    line("  }");
  }

  /** The steps within vectors. */
  private void blocks(Operation operation) {
    line("");
    line("  private static void %1$sBlocks(float[] %1$s, float[] t, int rows) {", operation.lower());
    line("    for (int i = 0; i < rows; i += L) {");
    line("      int at = i / L * BLOCK * L;");
    for (int v = 0; v < 4; v++) {
      String offset = v == 0 ? "" : v == 1 ? " + L" : " + " + v + " * L";
      line("      FloatVector v%d = fromArray(F, t, at%s);", v, offset);
    }
    line("      if (L > 4) {");
    for (int v = 4; v < 8; v++) {
      line("        FloatVector v%d = fromArray(F, t, at + %d * L);", v, v);
    }
    for (int v = 0; v < 4; v++) {
      fold("        ", operation, v, v + 4, 4);
    }
    line("      }");
    fold("      ", operation, 0, 2, 2);
    fold("      ", operation, 1, 3, 2);
    fold("      ", operation, 0, 1, 1);
    line("      v0.intoArray(%s, i);", operation.lower());
    line("    }");
    line("  }");
  }

  private void mask(String indent, Operation operation, String name, String from) {
    for (String each : operation == Operation.SUM ? List.of("Keep") : List.of("Keep", "Fill")) {
      line(
          "%sIntVector v%s%s = IntVector.fromArray(I, %s, LANES - lanes%s);",
          indent, each, name, each.toUpperCase(Locale.ROOT), from);
    }
  }

  private void load(String indent, Operation operation, String to, String at, String mask) {
    line("%sFloatVector %s =", indent, to);
    line(
        "%s    fromArray(F, x, %s).reinterpretAsInts()%s.reinterpretAsFloats();",
        indent, at, operation.keeps.formatted(mask));
  }

  /** Rows a and b meet in a: one takes the lower halves, one the upper. */
  private void fold(String indent, Operation operation, int a, int b, int half) {
    line("%1$sFloatVector w%4$d%2$d = v%3$d.blend(v%2$d, HIGH%4$d).rearrange(SWAP%4$d);", indent, a, b, half);
    line("%1$sv%2$d = v%2$d.blend(v%3$d, HIGH%4$d);", indent, a, b, half);
    combine(indent, operation, "v" + a, "v" + a, "w" + half + a);
  }

  private void combine(String indent, Operation operation, String to, String a, String b) {
    line(indent + operation.combines.formatted(to, a, b));
  }
}
