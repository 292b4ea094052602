package dev.retort.cli;

import module java.base;
import dev.retort.data.DataException;
import dev.retort.model.ModelException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine;

/** {@code retort}: the commands, and how an error reaches the user. */
@Command(
    name = "retort",
    description = "Knowledge distillation on the JVM: train a teacher, distill it into a student.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.class,
    footerHeading = "%nExamples:%n",
    footer = {"  retort distill", "  retort help distill"},
    subcommands = {
      DistillCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ReproduceCommand.class,
      ExportCommand.class,
      TargetsCommand.class,
      TuneCommand.class,
      ExplainCommand.class,
      GradcheckCommand.class,
      HintonCommand.class,
      PlaygroundCommand.class,
      InfoCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements CommandLine.IVersionProvider {
  /** Bad usage or input. */
  static final int USAGE = 2;

  /** Anything else that went wrong. */
  static final int FAILURE = 1;

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show an error's stack trace.")
  private boolean debug;

  private Main() {}

  /** What {@code --version} says. */
  @Override
  public String[] getVersion() {
    return new String[] {"retort " + dev.retort.Retort.version()};
  }

  /** Runs the command line and exits with its code; numbers are printed with a point everywhere. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int code = run(args, new PrintWriter(System.out, true, System.out.charset()), err);
    if (System.out.checkError()) {
      err.println("retort: what it printed could not be written: is the disk full, or the reader gone?");
      code = Math.max(code, FAILURE);
    }
    System.exit(code);
  }

  /** The same without the exit: 0, {@link #USAGE} or {@link #FAILURE}. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    CommandLine commandLine = commandLine().setOut(out).setErr(err);
    Main main = commandLine.getCommand();
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
          return e instanceof IllegalArgumentException || e instanceof DataException || e instanceof ModelException
              ? USAGE : FAILURE;
        });
    if (args.length == 0) {
      commandLine.usage(err);
      return USAGE;
    }
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      err.println("retort: not enough memory (" + e.getMessage() + "): smaller networks or batches,"
          + " or a JVM with a larger -Xmx, may help");
      return FAILURE;
    }
  }

  /** The parser of the command line; {@code help.properties} describes the options. */
  static CommandLine commandLine() {
    CommandLine all = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    return all.setResourceBundle(ResourceBundle.getBundle(Main.class.getPackageName() + ".help"));
  }

  private static String message(Exception e) {
    return switch (e) {
      case UncheckedIOException unchecked -> message(unchecked.getCause());
      case FileSystemException at -> at.getFile() + ": " + why(at);
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  /** Why reading or writing failed, in words; the JDK often has only a class and a path. */
  static String why(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission";
      case NoSuchFileException missing -> "no such file or folder";
      case FileAlreadyExistsException there -> "a file of that name exists";
      case DirectoryNotEmptyException folder -> "a folder of that name exists";
      case FileSystemException at when at.getReason() != null -> at.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s*\\R\\s*", " ");
  }
}
