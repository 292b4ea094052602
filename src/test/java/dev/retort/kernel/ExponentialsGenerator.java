package dev.retort.kernel;

import module java.base;

/** Writes {@link WideExponentials} for {@link RowGenerator}. */
final class ExponentialsGenerator extends Generator {
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

  String written() {
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

        """).append(RowGenerator.NOTE).append(
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
}
