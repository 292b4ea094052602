package dev.retort.nn;

/** The uniform distribution that the weights of a dense layer are drawn from. */
public enum Initialisation {
  /** He et al. 2015: variance 2 / inputs, for layers followed by a rectifier. */
  HE {
    @Override
    double bound(int inputs, int outputs) {
      return Math.sqrt(6.0 / inputs);
    }
  },

  /** Glorot and Bengio 2010, eq. 16: variance 2 / (inputs + outputs). */
  XAVIER {
    @Override
    double bound(int inputs, int outputs) {
      return Math.sqrt(6.0 / (inputs + outputs));
    }
  };

  /** Weights are uniform in [-bound, bound). */
  abstract double bound(int inputs, int outputs);
}
