package dev.retort.cli;

import module java.base;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a command prints: text for people, JSON for programs, or nothing. Errors are always printed. */
class OutputOptions {
  @Spec(Spec.Target.MIXEE) CommandSpec spec;
  @Option(names = "--json") private boolean json;
  @Option(names = "--quiet") private boolean quiet;

  /** Where text for people goes. */
  final PrintWriter text() {
    return isText() ? spec.commandLine().getOut() : new PrintWriter(Writer.nullWriter());
  }

  /** Whether text is printed: neither {@code --json} nor {@code --quiet} is given. */
  final boolean isText() {
    return !json && !quiet;
  }

  /** Prints a value as JSON, if that is what was asked for. */
  final void result(Object value) throws IOException {
    json(JsonValues.text(value));
  }

  /** The same of a value that is text already. */
  final void json(String text) {
    if (json) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
    }
  }

  /** The progress of a training run, for those who read along. */
  final Progress.Bar progress(String task) {
    return new Progress(task, this, 5, Map.of(task, 1.0)).new Bar(task, 1);
  }

  /** Refuses a number of things that is less than 1, and gives it back. */
  static int atLeastOne(String option, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(option + " must be at least 1, not " + count);
    }
    return count;
  }
}
