package dev.retort.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

final class VectorExp {
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private VectorExp() {}

  static void exp(
      float[] y, int yo, float[] x, int xo, int n) {
    SCALAR.exp(y, yo, x, xo, n);
  }
}
