package dev.retort.kernel;

/**
 * {@link VectorKernels} from the start of a JVM on. Until C2 has compiled it, a vector operation is a
 * call that allocates, and C2 takes long over vectors: a program that ends after a thousand answers of a
 * network never wins that time back. So {@link ScalarKernels}, whose bits are the same, does the rows
 * that come alone until they have cost what vectors cost before they are compiled. In the last quarter of
 * that time vectors do a small part of some rows, often enough to be compiled when they take over:
 * benchmarks/DECISIONS.md.
 */
final class StartingKernels extends VectorKernels {
  /** Multiply-adds that take the scalar code up to half a second. */
  static final long SCALAR_WORK = 1L << 31;

  /** In the last quarter, one row in so many; a prime, so that every layer of a network has its turn. */
  private static final int TURN = 17;

  /** Columns that vectors then do, besides what is left of a last vector. */
  private static final int COLUMNS = 48;

  private final ScalarKernels scalar = new ScalarKernels();
  private final long scalarWork;

  // Threads count without waiting for each other: a lost count puts the change off a little.
  private long work;
  private int rowsOfLastQuarter;

  /** Vectors that take over after so many multiply-adds. */
  StartingKernels(long scalarWork) {
    this.scalarWork = scalarWork;
  }

  @Override
  public void gemm(Product p, int row, int rows, int column, int columns) {
    if (rows != 1 || work >= scalarWork) {
      super.gemm(p, row, rows, column, columns);
      return;
    }
    int part = isVectorsTurn((long) columns * p.k) ? COLUMNS + columns % LANES : 0;
    int byVectors = Math.min(part, columns);
    if (byVectors > 0) {
      super.gemm(p, row, 1, column, byVectors);
    }
    scalar.gemm(p, row, 1, column + byVectors, columns - byVectors);
  }

  /** A class is about 64 multiply-adds. */
  @Override
  public int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return rows != 1 || work >= scalarWork || isVectorsTurn(64L * cols)
        ? super.softmax(y, yo, z, zo, s, rows, cols)
        : scalar.softmax(y, yo, z, zo, s, rows, cols);
  }

  private boolean isVectorsTurn(long multiplyAdds) {
    work += multiplyAdds;
    return work >= scalarWork / 4 * 3 && ++rowsOfLastQuarter % TURN == 0;
  }
}
