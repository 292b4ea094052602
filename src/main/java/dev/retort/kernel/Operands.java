package dev.retort.kernel;

/**
 * What a tile reads and writes, as {@link Kernels#gemm} has it. Fields of one object a thread, not
 * arguments: two dozen arguments that live for the length of a tile's loop leave it too few
 * registers.
 */
final class Operands {
  float[] c;
  int co;
  int ldc;
  float[] start;
  int so;
  int ss;
  float[] a;
  int ao;
  int ars;
  int acs;
  float[] b;
  int bo;
  int brs;

  /** Rows of the tile in use; those it has beyond repeat the last one. */
  int rows;

  /** Where the last vector of columns begins: it ends with them and may overlap the one before. */
  int last;

  int k;

  /** Lets go of the caller's arrays. */
  void release() {
    c = null;
    start = null;
    a = null;
    b = null;
  }
}
