package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation of the exported packages builds, with every check of doclint. */
class JavadocTest {
  /** The JDK's line on its incubator module. */
  private static final Pattern HARMLESS = Pattern.compile("warning: \\[incubating] .*");

  /** The class path without Jazzer, whose jars share packages as modules may not. */
  private static final String MODULE_PATH =
      Pattern.compile(File.pathSeparator)
          .splitAsStream(System.getProperty("java.class.path"))
          .filter(jar -> !jar.contains("jazzer"))
          .collect(Collectors.joining(File.pathSeparator));

  private static List<String> complaints(String output) {
    return output
        .lines()
        .filter(line -> line.contains("warning:") || line.contains("error:"))
        .filter(line -> !HARMLESS.matcher(line).matches())
        .toList();
  }

  private static List<String> complaints(Path source, Path into) {
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output);
    ToolProvider.findFirst("javadoc").orElseThrow()
        .run(
            out, out, "-quiet", "-Xdoclint:all", "-Xmaxwarns", "10000", "-Xmaxerrs", "10000",
            "--module-path", MODULE_PATH,
            "--module-source-path", "dev.retort=" + source, "--module", "dev.retort",
            "-d", into.toString());
    return complaints(output.toString());
  }

  @Test
  void everyCommentOfThePublicClassesIsSound(@TempDir Path into) {
    assertEquals(List.of(), complaints(Path.of("src", "main", "java"), into));
  }

  @Test
  void whatIsUnsoundIsSeen(@TempDir Path source, @TempDir Path into) throws Exception {
    Files.writeString(
        source.resolve("module-info.java"), "/** A module. */ module dev.retort { exports p; }");
    Files.writeString(
        Files.createDirectory(source.resolve("p")).resolve("P.java"),
        """
        package p;
        /** See {@link Nobody}. */
        public class P {
          public int bare() {
            return 1;
          }
          /** Has no tags. */
          public int twice(int x) {
            return 2 * x;
          }
        }
        """);
    List<String> complaints = complaints(source, into);
    for (String wrong :
        List.of(
            "reference not found", "no comment", "default constructor", "no @return",
            "no @param")) {
      assertEquals(
          1, complaints.stream().filter(line -> line.contains(wrong)).count(),
          complaints::toString);
    }
  }
}
