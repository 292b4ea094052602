package dev.retort.cli;

import dev.retort.Retort;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code retort info}: what this build is and what it computes with. */
@Command(name = "info", description = "Show version, backend and why, width, threads, JDK.")
final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("version  " + Retort.version());
    out.println("backend  " + Retort.backend());
    out.println("threads  " + Retort.threads());
    out.println(
        "JDK      " + Runtime.version() + ", " + System.getProperty("java.vm.name")
            + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return 0;
  }
}
