package dev.retort.kernel;

/**
 * What the tiles of one panel of b read and write. Fields of one object a thread, not arguments: two
 * dozen arguments that live for the length of a tile's loop leave it too few registers.
 */
final class Panel {
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
  int rows;
  int last;
  int k;
}
