package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code retort info}: what this build is and what it computes with. */
@Command(name = "info")
final class InfoCommand implements Callable<Integer> {
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    Map<String, Object> facts =
        JsonValues.object(
            "version", Retort.version(), "backend", Retort.backend(), "threads", Integer.toString(Retort.threads()),
            "JDK",
            Runtime.version() + ", " + System.getProperty("java.vm.name") + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch"));
    facts.forEach((name, fact) -> output.text().printf("%-9s%s%n", name, fact));
    output.result(facts);
    return 0;
  }
}
