package dev.retort.train;

/** Training diverged: a logit stopped being a number. */
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergenceException(int epoch, Throwable cause) {
    super("training diverged in epoch " + epoch + " (" + cause.getMessage() + "); try a lower learning rate", cause);
  }
}
