package dev.retort.spark;

import module java.base;
import dev.retort.data.DataException;
import dev.retort.model.ModelException;
import org.apache.spark.sql.classic.SparkSession;
import picocli.CommandLine;

/** Runs a command in a Spark session, and tells an error in one line. */
final class Program {
  /** Bad usage or input. */
  private static final int USAGE = 2;

  private static final int FAILURE = 1;

  private Program() {}

  /** Runs it and ends the process unless it succeeded; a cluster manager takes an early exit for a failure. */
  static void main(Object command, String... args) {
    Locale.setDefault(Locale.ROOT);
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int code = run(command, new PrintWriter(System.out, true, System.out.charset()), err, args);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** The same without the exit: 0, {@link #USAGE} or {@link #FAILURE}. */
  static int run(Object command, PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(command).setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (e, given) -> {
          err.println("retort: " + oneLine(e) + " (see --help)");
          return USAGE;
        });
    line.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          Throwable cause = e;
          while (!isInput(cause) && cause.getCause() != null) {
            cause = cause.getCause();
          }
          err.println("retort: " + oneLine(isInput(cause) ? cause : e));
          return isInput(cause) ? USAGE : FAILURE;
        });
    return line.execute(args);
  }

  private static boolean isInput(Throwable e) {
    return e instanceof IllegalArgumentException || e instanceof DataException || e instanceof ModelException;
  }

  /** The first line of the message; in Spark's, a stack trace follows. */
  private static String oneLine(Throwable e) {
    return (e.getMessage() == null ? e.toString() : e.getMessage()).lines().findFirst().orElse("");
  }

  /** The session of this program, new or the one that is there. */
  static SparkSession session(String name) {
    return SparkSession.builder().appName(name).getOrCreate();
  }
}
