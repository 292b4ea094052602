package dev.retort.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Transposes 16 x 16 elements in the registers of a 512-bit machine: a perfect shuffle of the rows,
 * four times. Straight, because a loop would have to keep its vectors in an array.
 */
final class Square {
  static final int SIDE = 16;

  /** The lanes of two vectors taken in turn, from their lower and their upper halves. */
  private static final IntVector LOW = inTurn(0);

  private static final IntVector HIGH = inTurn(SIDE / 2);

  private Square() {}

  private static IntVector inTurn(int from) {
    int[] lanes = new int[SIDE];
    for (int i = 0; i < SIDE; i++) {
      lanes[i] = from + i / 2 + i % 2 * SIDE;
    }
    return IntVector.fromArray(IntVector.SPECIES_512, lanes, 0);
  }

  /** Row j of y becomes column j of the 16 rows of x that lie ldx apart. */
  static void transpose(float[] y, int yo, float[] x, int xo, int ldx) {
    IntVector a0 = ints(x, xo);
    IntVector a1 = ints(x, xo + ldx);
    IntVector a2 = ints(x, xo + 2 * ldx);
    IntVector a3 = ints(x, xo + 3 * ldx);
    IntVector a4 = ints(x, xo + 4 * ldx);
    IntVector a5 = ints(x, xo + 5 * ldx);
    IntVector a6 = ints(x, xo + 6 * ldx);
    IntVector a7 = ints(x, xo + 7 * ldx);
    IntVector a8 = ints(x, xo + 8 * ldx);
    IntVector a9 = ints(x, xo + 9 * ldx);
    IntVector a10 = ints(x, xo + 10 * ldx);
    IntVector a11 = ints(x, xo + 11 * ldx);
    IntVector a12 = ints(x, xo + 12 * ldx);
    IntVector a13 = ints(x, xo + 13 * ldx);
    IntVector a14 = ints(x, xo + 14 * ldx);
    IntVector a15 = ints(x, xo + 15 * ldx);
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
    a1.reinterpretAsFloats().intoArray(y, yo + 1 * SIDE);
    a2.reinterpretAsFloats().intoArray(y, yo + 2 * SIDE);
    a3.reinterpretAsFloats().intoArray(y, yo + 3 * SIDE);
    a4.reinterpretAsFloats().intoArray(y, yo + 4 * SIDE);
    a5.reinterpretAsFloats().intoArray(y, yo + 5 * SIDE);
    a6.reinterpretAsFloats().intoArray(y, yo + 6 * SIDE);
    a7.reinterpretAsFloats().intoArray(y, yo + 7 * SIDE);
    a8.reinterpretAsFloats().intoArray(y, yo + 8 * SIDE);
    a9.reinterpretAsFloats().intoArray(y, yo + 9 * SIDE);
    a10.reinterpretAsFloats().intoArray(y, yo + 10 * SIDE);
    a11.reinterpretAsFloats().intoArray(y, yo + 11 * SIDE);
    a12.reinterpretAsFloats().intoArray(y, yo + 12 * SIDE);
    a13.reinterpretAsFloats().intoArray(y, yo + 13 * SIDE);
    a14.reinterpretAsFloats().intoArray(y, yo + 14 * SIDE);
    a15.reinterpretAsFloats().intoArray(y, yo + 15 * SIDE);
  }

  private static IntVector ints(float[] x, int o) {
    return FloatVector.fromArray(FloatVector.SPECIES_512, x, o).reinterpretAsInts();
  }
}
