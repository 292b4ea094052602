package dev.retort.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where a comparison runs: the facts that head its results, and how it starts a JVM. */
final class Machine {
  private static final List<String> JVM =
      List.of(
          "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow", "-XX:-BackgroundCompilation");

  int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** This JVM's command with what every measurement needs, up to the name of a program. */
  List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(own());
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    return command;
  }

  private static List<String> own() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-X"))
        .toList();
  }

  /** Options that whoever started the comparison gave to the JVM, each after a space. */
  String flags() {
    return String.join("", own().stream().map(flag -> " " + flag).toList());
  }

  /** Puts a part under its title into the machine's file of today, in place of an older one. */
  Path file(Path results, String title, String text) throws IOException {
    String name = processor().replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT);
    Path file = Files.createDirectories(results).resolve(name + "-" + LocalDate.now(ZoneOffset.UTC) + ".md");
    StringBuilder all = new StringBuilder(facts());
    if (Files.exists(file)) {
      String[] parts = Files.readString(file).split("(?m)^(?=## )", -1);
      for (int i = 1; i < parts.length; i++) {
        if (!parts[i].startsWith("## " + title + "\n")) {
          all.append(parts[i]);
        }
      }
    }
    all.append("## ").append(title).append("\n\n```\n").append(text).append("```\n\n");
    return Files.writeString(file, all);
  }

  private String facts() throws IOException {
    Map<String, String> taken = NativeLibraryEnvironment.in(System.getenv());
    return """
        # %s, %d cores

        %s %s, %s; %s %s. JVM: `%s`. Environment: %s. Each part is one run of

            mvn -q install -DskipTests && mvn -q -f benchmarks -Ppeers compile exec:exec@compare \\
                -Dcompare="TITLE"

        """
        .formatted(
            processor(), cores(), System.getProperty("os.name"), System.getProperty("os.version"),
            System.getProperty("os.arch"), System.getProperty("java.vendor"),
            System.getProperty("java.runtime.version"), String.join(" ", JVM),
            taken.isEmpty() ? "nothing set that steers a peer" : "measured without " + taken);
  }

  /** The model as the kernel names it, with family and number where the name leaves it open. */
  private static String processor() throws IOException {
    File info = new File("/proc/cpuinfo");
    if (!info.exists()) {
      return System.getProperty("os.arch");
    }
    List<String> lines = Files.readAllLines(info.toPath());
    return field(lines, "model name") + " family " + field(lines, "cpu family") + " model "
        + field(lines, "model");
  }

  private static String field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.matches(name + "\\s*:.*"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("?");
  }
}
