package dev.retort.cli;

import dev.retort.data.DataException;
import dev.retort.model.ModelException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code retort}: the commands, and how an error reaches the user. */
@Command(
    name = "retort",
    description = "Knowledge distillation on the JVM: train a teacher, distill it into a student.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    subcommands = {
      DistillCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      TargetsCommand.class,
      TuneCommand.class,
      InfoCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  /** Bad usage or input. */
  static final int USAGE = 2;

  /** Anything else that went wrong. */
  static final int FAILURE = 1;

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show an error's stack trace.")
  private boolean debug;

  private Main() {}

  /** What {@code --version} says. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"retort " + dev.retort.Retort.version()};
    }
  }

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    System.exit(
        run(
            args,
            new PrintWriter(System.out, true, System.out.charset()),
            new PrintWriter(System.err, true, System.err.charset())));
  }

  /** The same without the exit: 0, {@link #USAGE} or {@link #FAILURE}. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main).setOut(out).setErr(err);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (e, given) -> {
          err.println("retort: " + oneLine(e.getMessage()) + " (see retort help)");
          return USAGE;
        });
    commandLine.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          err.println("retort: " + oneLine(message(e)));
          if (main.debug) {
            e.printStackTrace(err);
          }
          return isInput(e) ? USAGE : FAILURE;
        });
    return args.length == 0 ? usage(commandLine, err) : commandLine.execute(args);
  }

  private static int usage(CommandLine commandLine, PrintWriter err) {
    commandLine.usage(err);
    return USAGE;
  }

  private static boolean isInput(Exception e) {
    return e instanceof IllegalArgumentException
        || e instanceof DataException
        || e instanceof ModelException;
  }

  private static String message(Exception e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied ->
          "no permission to write " + denied.getFile();
      case java.nio.file.FileSystemException system ->
          system.getFile() + ": "
              + (system.getReason() == null
                  ? system.getClass().getSimpleName() : system.getReason());
      case IOException io -> "input or output failed: " + io.getMessage();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s*\\R\\s*", " ");
  }
}
