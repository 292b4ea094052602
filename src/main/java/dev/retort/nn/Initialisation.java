package dev.retort.nn;

/** The uniform distribution that the weights of a dense layer are drawn from. */
public enum Initialisation {
  /** He et al. 2015: variance 2 / inputs, for layers followed by a rectifier. */
  HE,

  /** Glorot and Bengio 2010, eq. 16: variance 2 / (inputs + outputs). */
  XAVIER;

  /** Weights are uniform in [-bound, bound), which has variance bound^2 / 3. */
  double bound(int inputs, int outputs) {
    return Math.sqrt(6.0 / (this == HE ? inputs : inputs + outputs));
  }
}
