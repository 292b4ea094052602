package dev.retort.kernel;

import module java.base;

/**
 * Writes the kernel's files that repeat steps over rows of logits: exponentials with the lanes of their
 * sums, and the reduction of lanes. No method of ours takes or returns a vector ({@link VectorExp}), so a
 * step is written out wherever it is used. To renew them:
 *
 * <pre>
 * java src/test/java/dev/retort/kernel/RowGenerator.java
 * </pre>
 */
final class RowGenerator {
  private static final String NOTE =
      "// Written by RowGenerator in the test sources: change that, not this.\n\n";

  /**
   * A pass over a strip. Lines that begin with h are for exponentials at T = 1, with t for those at a
   * temperature, with 1 for one of them alone, with 2 for both; {@code exp} stands for its steps.
   */
  private static final String PASS =
      """
          float[] z = w.z;
          int head = w.head;
          int cols = w.cols - head;
          int last = cols - L;
          int tail = cols & (L - 1);
          IntVector vRotate = IntVector.fromArray(I, ROTATED, L - tail);
          IntVector vKeep = IntVector.fromArray(I, KEEP, L - tail);
          for (int r = 0, rows = w.rows; r < rows; r++) {
            int at = w.zo + head + r * cols;
      h     float[] hard = w.hard.e;
      h     int hardAt = w.hard.offset + head + r * cols;
      h     int label = labels[lo + r] - head;
      t     float[] soft = w.soft.e;
      t     int softAt = w.soft.offset + head + r * cols;
      1     float max = w.max[r];
      2     float shift = -0.5f * w.max[r];
      2     int pAt = po + head + r * cols;
            int lane = r * LANES;
            FloatVector vLast = fromArray(F, z, at + last);
            for (int part = 0; part < LANES; part += L) {
      h       IntVector vIndex = IntVector.fromArray(I, INDEX, part);
      h       FloatVector vRest = fromArray(F, w.hard.head, part);
      t       FloatVector vSoft = fromArray(F, w.soft.head, part);
      2       FloatVector vDot = fromArray(F, w.dotHead, part);
              for (int i = part; i <= last; i += LANES) {
                FloatVector vz = fromArray(F, z, at + i);
      2         FloatVector vd = vz.fma(broadcast(F, 0.5f), broadcast(F, shift));
      2         vDot = fromArray(F, p, pAt + i).fma(vd, vDot);
      1h        exp H vz.sub(broadcast(F, max))
      2         exp H vd.add(vd)
      h         veH.intoArray(hard, hardAt + i);
      h         vRest = vRest.add(veH, vIndex.compare(NE, label).cast(F));
      h         vIndex = vIndex.add(LANES);
      1t        exp T vz.sub(broadcast(F, max)).mul(broadcast(F, 0.5f * s))
      2         exp T vd.mul(broadcast(F, s))
      t         veT.intoArray(soft, softAt + i);
      t         vSoft = vSoft.add(veT);
              }
      h       vRest.intoArray(w.hard.lanes, lane + part);
      t       vSoft.intoArray(w.soft.lanes, lane + part);
      2       vDot.intoArray(w.dotLanes, lane + part);
            }
            if (tail > 0) {
              int sum = lane + (cols - tail) % LANES;
      2       FloatVector vd = vLast.fma(broadcast(F, 0.5f), broadcast(F, shift));
      2       FloatVector vp = fromArray(F, p, pAt + last);
      2       vp = vRotate.selectFrom(vp.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
      2       FloatVector vNew = vRotate.selectFrom(vd.reinterpretAsInts()).reinterpretAsFloats();
      2       vp.fma(vNew, fromArray(F, w.dotLanes, sum)).intoArray(w.dotLanes, sum);
      1h      exp H vLast.sub(broadcast(F, max))
      2       exp H vd.add(vd)
      h       veH.intoArray(hard, hardAt + last);
      h       veH = vRotate.selectFrom(veH.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
      h       IntVector vIndex = IntVector.fromArray(I, INDEX, 0).add(cols - tail);
      h       fromArray(F, w.hard.lanes, sum)
      h           .add(veH, vIndex.compare(NE, label).cast(F)).intoArray(w.hard.lanes, sum);
      1t      exp T vLast.sub(broadcast(F, max)).mul(broadcast(F, 0.5f * s))
      2       exp T vd.mul(broadcast(F, s))
      t       veT.intoArray(soft, softAt + last);
      t       veT = vRotate.selectFrom(veT.reinterpretAsInts()).and(vKeep).reinterpretAsFloats();
      t       fromArray(F, w.soft.lanes, sum).add(veT).intoArray(w.soft.lanes, sum);
            }
          }
        }
      """;

  private final StringBuilder text = new StringBuilder();

  public static void main(String[] args) throws IOException {
    for (var file : files().entrySet()) {
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  /** {@return the files that are generated, with their text} */
  static Map<Path, String> files() {
    Path folder = Path.of("src/main/java/dev/retort/kernel");
    return Map.of(
        folder.resolve("WideExponentials.java"), new RowGenerator().exponentials(),
        folder.resolve("LaneReduction.java"), new RowGenerator().reduction());
  }

  private String exponentials() {
    text.append(
        """
        package dev.retort.kernel;

        import static jdk.incubator.vector.FloatVector.broadcast;
        import static jdk.incubator.vector.FloatVector.fromArray;
        import static jdk.incubator.vector.VectorOperators.LSHL;
        import static jdk.incubator.vector.VectorOperators.NE;

        import module java.base;
        import jdk.incubator.vector.FloatVector;
        import jdk.incubator.vector.IntVector;
        import jdk.incubator.vector.VectorSpecies;

        """).append(NOTE).append(
        """
        /**
         * The exponentials of a strip of {@link WideRows}, with the lanes of their sums: right from {@link
         * Exp#LOWEST} on, unspecified for NaN and the rest.
         *
         * <p>A pass goes over a row once for each part of the {@value Kernels#LANES} lanes that a vector
         * holds. The last part of a row is a vector that ends with the row and overlaps the one before. It is
         * read before the row is written and written last, so that the output may be in place; rotated, its
         * new elements meet their lanes.
         *
         * <p>A row that has a {@link WideRows#head} goes on from there.
         *
         * <p>One exponential alone takes z - max for 2 d, an operation less for the multiply-add units. The
         * two differ only where z - max overflows, which is left unspecified, or where d is not a normal
         * float, and then the exponential is 1: even times the largest s it is below half a unit of 1.
         */
        final class WideExponentials {
          private static final VectorSpecies<Float> F = VectorExp.SPECIES;
          private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
          private static final int L = F.length();
          private static final int LANES = Kernels.LANES;

          /** Consecutive integers; twice those below L; all bits for the first L, none for the rest. */
          static final int[] INDEX = new int[LANES];

          private static final int[] ROTATED = new int[2 * L];
          private static final int[] KEEP = new int[2 * L];

          static {
            Arrays.setAll(INDEX, i -> i);
            Arrays.setAll(ROTATED, i -> i % L);
            Arrays.fill(KEEP, 0, L, -1);
          }

          private WideExponentials() {}

          /** At T = 1, each row's sum without its label's own. */
          static void hard(WideRows w, int[] labels, int lo) {
        """);
    pass("1h");
    text.append(
        """

          /** At a temperature. */
          static void soft(WideRows w, float s) {
        """);
    pass("1t");
    text.append(
        """

          /** At T = 1 and at a temperature, and the dot products of p and d. */
          static void both(WideRows w, int[] labels, int lo, float[] p, int po, float s) {
        """);
    pass("2ht");
    return text.append("}\n").toString();
  }

  private void pass(String kinds) {
    for (String line : PASS.lines().toList()) {
      String needs = line.substring(0, 2).strip();
      String code = "  " + line.substring(2);
      if (!needs.chars().allMatch(kind -> kinds.indexOf(kind) >= 0)) {
        continue;
      }
      int exp = code.indexOf("exp ");
      if (exp < 0 || !code.substring(0, exp).isBlank()) {
        line(code);
      } else {
        exponential(code.substring(0, exp), code.substring(exp + 4, exp + 5), code.substring(exp + 6));
      }
    }
  }

  /** {@link Exp}'s steps. */
  private void exponential(String indent, String name, String exponent) {
    String steps =
        """
        FloatVector vx = EXPONENT;
        FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
        FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
        FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
        vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
        FloatVector vq = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
        vq = vq.fma(vr, broadcast(F, Exp.C4));
        vq = vq.fma(vr, broadcast(F, Exp.C3));
        vq = vq.fma(vr, broadcast(F, Exp.C2));
        vq = vq.fma(vr, broadcast(F, 1f));
        vq = vq.fma(vr, broadcast(F, 1f));
        FloatVector ve = vq.mul(vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
        """;
    steps = steps.replaceAll("\\b(v[xtnrqe])\\b", "$1" + name).replace("EXPONENT", exponent);
    steps.lines().forEach(step -> line(indent + step));
  }

  private String reduction() {
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

        """).append(NOTE).append(
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
    line("  private static void %sVectors(float[] t, float[] x, int rows, int lanes) {".formatted(operation.lower()));
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
    line("  private static void %1$sBlocks(float[] %1$s, float[] t, int rows) {".formatted(operation.lower()));
    line("    for (int i = 0; i < rows; i += L) {");
    line("      int at = i / L * BLOCK * L;");
    for (int v = 0; v < 4; v++) {
      String offset = v == 0 ? "" : v == 1 ? " + L" : " + " + v + " * L";
      line("      FloatVector v%d = fromArray(F, t, at%s);".formatted(v, offset));
    }
    line("      if (L > 4) {");
    for (int v = 4; v < 8; v++) {
      line("        FloatVector v%d = fromArray(F, t, at + %d * L);".formatted(v, v));
    }
    for (int v = 0; v < 4; v++) {
      fold("        ", operation, v, v + 4, 4);
    }
    line("      }");
    fold("      ", operation, 0, 2, 2);
    fold("      ", operation, 1, 3, 2);
    fold("      ", operation, 0, 1, 1);
    line("      v0.intoArray(%s, i);".formatted(operation.lower()));
    line("    }");
    line("  }");
  }

  private void mask(String indent, Operation operation, String name, String from) {
    for (String each : operation == Operation.SUM ? List.of("Keep") : List.of("Keep", "Fill")) {
      line(
          "%sIntVector v%s%s = IntVector.fromArray(I, %s, LANES - lanes%s);"
              .formatted(indent, each, name, each.toUpperCase(Locale.ROOT), from));
    }
  }

  private void load(String indent, Operation operation, String to, String at, String mask) {
    line("%sFloatVector %s =".formatted(indent, to));
    line(
        "%s    fromArray(F, x, %s).reinterpretAsInts()%s.reinterpretAsFloats();"
            .formatted(indent, at, operation.keeps.formatted(mask)));
  }

  /** Rows a and b meet in a: one takes the lower halves, one the upper. */
  private void fold(String indent, Operation operation, int a, int b, int half) {
    line(
        "%1$sFloatVector w%4$d%2$d = v%3$d.blend(v%2$d, HIGH%4$d).rearrange(SWAP%4$d);"
            .formatted(indent, a, b, half));
    line("%1$sv%2$d = v%2$d.blend(v%3$d, HIGH%4$d);".formatted(indent, a, b, half));
    combine(indent, operation, "v" + a, "v" + a, "w" + half + a);
  }

  private void combine(String indent, Operation operation, String to, String a, String b) {
    line(indent + operation.combines.formatted(to, a, b));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
