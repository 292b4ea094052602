package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

// Written by TileGenerator in the test sources: change that, not this.

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

  private static void copy16(float[] y, int yo, int ldy, float[] x, int xo, int ldx) {
    IntVector a0 = fromArray(F, x, xo).reinterpretAsInts();
    IntVector a1 = fromArray(F, x, xo + ldx).reinterpretAsInts();
    IntVector a2 = fromArray(F, x, xo + 2 * ldx).reinterpretAsInts();
    IntVector a3 = fromArray(F, x, xo + 3 * ldx).reinterpretAsInts();
    IntVector a4 = fromArray(F, x, xo + 4 * ldx).reinterpretAsInts();
    IntVector a5 = fromArray(F, x, xo + 5 * ldx).reinterpretAsInts();
    IntVector a6 = fromArray(F, x, xo + 6 * ldx).reinterpretAsInts();
    IntVector a7 = fromArray(F, x, xo + 7 * ldx).reinterpretAsInts();
    IntVector a8 = fromArray(F, x, xo + 8 * ldx).reinterpretAsInts();
    IntVector a9 = fromArray(F, x, xo + 9 * ldx).reinterpretAsInts();
    IntVector a10 = fromArray(F, x, xo + 10 * ldx).reinterpretAsInts();
    IntVector a11 = fromArray(F, x, xo + 11 * ldx).reinterpretAsInts();
    IntVector a12 = fromArray(F, x, xo + 12 * ldx).reinterpretAsInts();
    IntVector a13 = fromArray(F, x, xo + 13 * ldx).reinterpretAsInts();
    IntVector a14 = fromArray(F, x, xo + 14 * ldx).reinterpretAsInts();
    IntVector a15 = fromArray(F, x, xo + 15 * ldx).reinterpretAsInts();
    IntVector b0 = LOW.selectFrom(a0, a8);
    IntVector b1 = HIGH.selectFrom(a0, a8);
    IntVector b2 = LOW.selectFrom(a1, a9);
    IntVector b3 = HIGH.selectFrom(a1, a9);
    IntVector b4 = LOW.selectFrom(a2, a10);
    IntVector b5 = HIGH.selectFrom(a2, a10);
    IntVector b6 = LOW.selectFrom(a3, a11);
    IntVector b7 = HIGH.selectFrom(a3, a11);
    IntVector b8 = LOW.selectFrom(a4, a12);
    IntVector b9 = HIGH.selectFrom(a4, a12);
    IntVector b10 = LOW.selectFrom(a5, a13);
    IntVector b11 = HIGH.selectFrom(a5, a13);
    IntVector b12 = LOW.selectFrom(a6, a14);
    IntVector b13 = HIGH.selectFrom(a6, a14);
    IntVector b14 = LOW.selectFrom(a7, a15);
    IntVector b15 = HIGH.selectFrom(a7, a15);
    a0 = LOW.selectFrom(b0, b8);
    a1 = HIGH.selectFrom(b0, b8);
    a2 = LOW.selectFrom(b1, b9);
    a3 = HIGH.selectFrom(b1, b9);
    a4 = LOW.selectFrom(b2, b10);
    a5 = HIGH.selectFrom(b2, b10);
    a6 = LOW.selectFrom(b3, b11);
    a7 = HIGH.selectFrom(b3, b11);
    a8 = LOW.selectFrom(b4, b12);
    a9 = HIGH.selectFrom(b4, b12);
    a10 = LOW.selectFrom(b5, b13);
    a11 = HIGH.selectFrom(b5, b13);
    a12 = LOW.selectFrom(b6, b14);
    a13 = HIGH.selectFrom(b6, b14);
    a14 = LOW.selectFrom(b7, b15);
    a15 = HIGH.selectFrom(b7, b15);
    b0 = LOW.selectFrom(a0, a8);
    b1 = HIGH.selectFrom(a0, a8);
    b2 = LOW.selectFrom(a1, a9);
    b3 = HIGH.selectFrom(a1, a9);
    b4 = LOW.selectFrom(a2, a10);
    b5 = HIGH.selectFrom(a2, a10);
    b6 = LOW.selectFrom(a3, a11);
    b7 = HIGH.selectFrom(a3, a11);
    b8 = LOW.selectFrom(a4, a12);
    b9 = HIGH.selectFrom(a4, a12);
    b10 = LOW.selectFrom(a5, a13);
    b11 = HIGH.selectFrom(a5, a13);
    b12 = LOW.selectFrom(a6, a14);
    b13 = HIGH.selectFrom(a6, a14);
    b14 = LOW.selectFrom(a7, a15);
    b15 = HIGH.selectFrom(a7, a15);
    a0 = LOW.selectFrom(b0, b8);
    a1 = HIGH.selectFrom(b0, b8);
    a2 = LOW.selectFrom(b1, b9);
    a3 = HIGH.selectFrom(b1, b9);
    a4 = LOW.selectFrom(b2, b10);
    a5 = HIGH.selectFrom(b2, b10);
    a6 = LOW.selectFrom(b3, b11);
    a7 = HIGH.selectFrom(b3, b11);
    a8 = LOW.selectFrom(b4, b12);
    a9 = HIGH.selectFrom(b4, b12);
    a10 = LOW.selectFrom(b5, b13);
    a11 = HIGH.selectFrom(b5, b13);
    a12 = LOW.selectFrom(b6, b14);
    a13 = HIGH.selectFrom(b6, b14);
    a14 = LOW.selectFrom(b7, b15);
    a15 = HIGH.selectFrom(b7, b15);
    a0.reinterpretAsFloats().intoArray(y, yo);
    a1.reinterpretAsFloats().intoArray(y, yo + ldy);
    a2.reinterpretAsFloats().intoArray(y, yo + 2 * ldy);
    a3.reinterpretAsFloats().intoArray(y, yo + 3 * ldy);
    a4.reinterpretAsFloats().intoArray(y, yo + 4 * ldy);
    a5.reinterpretAsFloats().intoArray(y, yo + 5 * ldy);
    a6.reinterpretAsFloats().intoArray(y, yo + 6 * ldy);
    a7.reinterpretAsFloats().intoArray(y, yo + 7 * ldy);
    a8.reinterpretAsFloats().intoArray(y, yo + 8 * ldy);
    a9.reinterpretAsFloats().intoArray(y, yo + 9 * ldy);
    a10.reinterpretAsFloats().intoArray(y, yo + 10 * ldy);
    a11.reinterpretAsFloats().intoArray(y, yo + 11 * ldy);
    a12.reinterpretAsFloats().intoArray(y, yo + 12 * ldy);
    a13.reinterpretAsFloats().intoArray(y, yo + 13 * ldy);
    a14.reinterpretAsFloats().intoArray(y, yo + 14 * ldy);
    a15.reinterpretAsFloats().intoArray(y, yo + 15 * ldy);
  }

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
    for (int p = 0, k = t.k; p < k; p += 16, ao += 16 * as, bo += 16) {
      IntVector a0 = fromArray(F, b, bo).reinterpretAsInts();
      IntVector a1 = fromArray(F, b, bo + ldx).reinterpretAsInts();
      IntVector a2 = fromArray(F, b, bo + 2 * ldx).reinterpretAsInts();
      IntVector a3 = fromArray(F, b, bo + 3 * ldx).reinterpretAsInts();
      IntVector a4 = fromArray(F, b, bo + 4 * ldx).reinterpretAsInts();
      IntVector a5 = fromArray(F, b, bo + 5 * ldx).reinterpretAsInts();
      IntVector a6 = fromArray(F, b, bo + 6 * ldx).reinterpretAsInts();
      IntVector a7 = fromArray(F, b, bo + 7 * ldx).reinterpretAsInts();
      IntVector a8 = fromArray(F, b, bo + 8 * ldx).reinterpretAsInts();
      IntVector a9 = fromArray(F, b, bo + 9 * ldx).reinterpretAsInts();
      IntVector a10 = fromArray(F, b, bo + 10 * ldx).reinterpretAsInts();
      IntVector a11 = fromArray(F, b, bo + 11 * ldx).reinterpretAsInts();
      IntVector a12 = fromArray(F, b, bo + 12 * ldx).reinterpretAsInts();
      IntVector a13 = fromArray(F, b, bo + 13 * ldx).reinterpretAsInts();
      IntVector a14 = fromArray(F, b, bo + 14 * ldx).reinterpretAsInts();
      IntVector a15 = fromArray(F, b, bo + 15 * ldx).reinterpretAsInts();
      IntVector b0 = LOW.selectFrom(a0, a8);
      IntVector b1 = HIGH.selectFrom(a0, a8);
      IntVector b2 = LOW.selectFrom(a1, a9);
      IntVector b3 = HIGH.selectFrom(a1, a9);
      IntVector b4 = LOW.selectFrom(a2, a10);
      IntVector b5 = HIGH.selectFrom(a2, a10);
      IntVector b6 = LOW.selectFrom(a3, a11);
      IntVector b7 = HIGH.selectFrom(a3, a11);
      IntVector b8 = LOW.selectFrom(a4, a12);
      IntVector b9 = HIGH.selectFrom(a4, a12);
      IntVector b10 = LOW.selectFrom(a5, a13);
      IntVector b11 = HIGH.selectFrom(a5, a13);
      IntVector b12 = LOW.selectFrom(a6, a14);
      IntVector b13 = HIGH.selectFrom(a6, a14);
      IntVector b14 = LOW.selectFrom(a7, a15);
      IntVector b15 = HIGH.selectFrom(a7, a15);
      a0 = LOW.selectFrom(b0, b8);
      a1 = HIGH.selectFrom(b0, b8);
      a2 = LOW.selectFrom(b1, b9);
      a3 = HIGH.selectFrom(b1, b9);
      a4 = LOW.selectFrom(b2, b10);
      a5 = HIGH.selectFrom(b2, b10);
      a6 = LOW.selectFrom(b3, b11);
      a7 = HIGH.selectFrom(b3, b11);
      a8 = LOW.selectFrom(b4, b12);
      a9 = HIGH.selectFrom(b4, b12);
      a10 = LOW.selectFrom(b5, b13);
      a11 = HIGH.selectFrom(b5, b13);
      a12 = LOW.selectFrom(b6, b14);
      a13 = HIGH.selectFrom(b6, b14);
      a14 = LOW.selectFrom(b7, b15);
      a15 = HIGH.selectFrom(b7, b15);
      b0 = LOW.selectFrom(a0, a8);
      b1 = HIGH.selectFrom(a0, a8);
      b2 = LOW.selectFrom(a1, a9);
      b3 = HIGH.selectFrom(a1, a9);
      b4 = LOW.selectFrom(a2, a10);
      b5 = HIGH.selectFrom(a2, a10);
      b6 = LOW.selectFrom(a3, a11);
      b7 = HIGH.selectFrom(a3, a11);
      b8 = LOW.selectFrom(a4, a12);
      b9 = HIGH.selectFrom(a4, a12);
      b10 = LOW.selectFrom(a5, a13);
      b11 = HIGH.selectFrom(a5, a13);
      b12 = LOW.selectFrom(a6, a14);
      b13 = HIGH.selectFrom(a6, a14);
      b14 = LOW.selectFrom(a7, a15);
      b15 = HIGH.selectFrom(a7, a15);
      a0 = LOW.selectFrom(b0, b8);
      a1 = HIGH.selectFrom(b0, b8);
      a2 = LOW.selectFrom(b1, b9);
      a3 = HIGH.selectFrom(b1, b9);
      a4 = LOW.selectFrom(b2, b10);
      a5 = HIGH.selectFrom(b2, b10);
      a6 = LOW.selectFrom(b3, b11);
      a7 = HIGH.selectFrom(b3, b11);
      a8 = LOW.selectFrom(b4, b12);
      a9 = HIGH.selectFrom(b4, b12);
      a10 = LOW.selectFrom(b5, b13);
      a11 = HIGH.selectFrom(b5, b13);
      a12 = LOW.selectFrom(b6, b14);
      a13 = HIGH.selectFrom(b6, b14);
      a14 = LOW.selectFrom(b7, b15);
      a15 = HIGH.selectFrom(b7, b15);
      s = broadcast(F, a[ao]).fma(a0.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + as]).fma(a1.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 2 * as]).fma(a2.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 3 * as]).fma(a3.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 4 * as]).fma(a4.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 5 * as]).fma(a5.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 6 * as]).fma(a6.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 7 * as]).fma(a7.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 8 * as]).fma(a8.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 9 * as]).fma(a9.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 10 * as]).fma(a10.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 11 * as]).fma(a11.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 12 * as]).fma(a12.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 13 * as]).fma(a13.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 14 * as]).fma(a14.reinterpretAsFloats(), s);
      s = broadcast(F, a[ao + 15 * as]).fma(a15.reinterpretAsFloats(), s);
    }
    s.intoArray(t.c, t.co);
  }

  private static void copy8(float[] y, int yo, int ldy, float[] x, int xo, int ldx) {
    IntVector a0 = fromArray(F, x, xo).reinterpretAsInts();
    IntVector a1 = fromArray(F, x, xo + ldx).reinterpretAsInts();
    IntVector a2 = fromArray(F, x, xo + 2 * ldx).reinterpretAsInts();
    IntVector a3 = fromArray(F, x, xo + 3 * ldx).reinterpretAsInts();
    IntVector a4 = fromArray(F, x, xo + 4 * ldx).reinterpretAsInts();
    IntVector a5 = fromArray(F, x, xo + 5 * ldx).reinterpretAsInts();
    IntVector a6 = fromArray(F, x, xo + 6 * ldx).reinterpretAsInts();
    IntVector a7 = fromArray(F, x, xo + 7 * ldx).reinterpretAsInts();
    IntVector b0 = LOW.selectFrom(a0, a4);
    IntVector b1 = HIGH.selectFrom(a0, a4);
    IntVector b2 = LOW.selectFrom(a1, a5);
    IntVector b3 = HIGH.selectFrom(a1, a5);
    IntVector b4 = LOW.selectFrom(a2, a6);
    IntVector b5 = HIGH.selectFrom(a2, a6);
    IntVector b6 = LOW.selectFrom(a3, a7);
    IntVector b7 = HIGH.selectFrom(a3, a7);
    a0 = LOW.selectFrom(b0, b4);
    a1 = HIGH.selectFrom(b0, b4);
    a2 = LOW.selectFrom(b1, b5);
    a3 = HIGH.selectFrom(b1, b5);
    a4 = LOW.selectFrom(b2, b6);
    a5 = HIGH.selectFrom(b2, b6);
    a6 = LOW.selectFrom(b3, b7);
    a7 = HIGH.selectFrom(b3, b7);
    b0 = LOW.selectFrom(a0, a4);
    b1 = HIGH.selectFrom(a0, a4);
    b2 = LOW.selectFrom(a1, a5);
    b3 = HIGH.selectFrom(a1, a5);
    b4 = LOW.selectFrom(a2, a6);
    b5 = HIGH.selectFrom(a2, a6);
    b6 = LOW.selectFrom(a3, a7);
    b7 = HIGH.selectFrom(a3, a7);
    b0.reinterpretAsFloats().intoArray(y, yo);
    b1.reinterpretAsFloats().intoArray(y, yo + ldy);
    b2.reinterpretAsFloats().intoArray(y, yo + 2 * ldy);
    b3.reinterpretAsFloats().intoArray(y, yo + 3 * ldy);
    b4.reinterpretAsFloats().intoArray(y, yo + 4 * ldy);
    b5.reinterpretAsFloats().intoArray(y, yo + 5 * ldy);
    b6.reinterpretAsFloats().intoArray(y, yo + 6 * ldy);
    b7.reinterpretAsFloats().intoArray(y, yo + 7 * ldy);
  }
}
