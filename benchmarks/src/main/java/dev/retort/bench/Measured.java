package dev.retort.bench;

import org.openjdk.jmh.annotations.Param;

/** A benchmark that a {@link Contender} takes part in. */
public abstract class Measured extends Timed {
  /** A {@link Contender}; with peers also openblas, mkl, vectorblas, pytorch and smile. */
  @Param({"vector", "scalar"})
  public String by;

  /** Takes work on, unless it is done wrong. */
  final void measure(Work unchecked, Cost each, Answer answer) {
    answer.check(by, unchecked);
    measure(unchecked, each);
  }

  @Override
  final void measure(Work checked, Cost each) {
    String warning = Steering.warning(System.getenv());
    if (!warning.isEmpty() && !(Contender.named(by) instanceof Retort)) {
      System.out.println(warning);
    }
    super.measure(checked, each);
  }
}
