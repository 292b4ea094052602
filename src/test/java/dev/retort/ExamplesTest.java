package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code that the documentation shows compiles as it stands. */
class ExamplesTest {
  private static final Pattern SNIPPET =
      Pattern.compile("^ *\\* \\{@snippet :\\R(.*?)^ *\\* }$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern FENCED =
      Pattern.compile("^```java\\R(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  /** What the examples take for granted. */
  private static final String BEFORE =
      """
      import dev.retort.*; import dev.retort.data.*; import dev.retort.derivation.*; import dev.retort.loss.*;
      import dev.retort.model.*; import dev.retort.nn.*; import dev.retort.optim.*;
      import dev.retort.tensor.*; import dev.retort.train.*;
      import java.nio.file.*; import java.util.*; import java.util.function.*;
      class Example {
        TrainTest digits; Dataset train; float[] pixels; long seed; int[] labels;
        Tensor images, teacherLogits; Network teacher, student;
        void run() throws Exception {
      """;

  private static List<String> examples(Path file, Pattern pattern, String margin)
      throws IOException {
    return pattern.matcher(Files.readString(file)).results()
        .map((MatchResult found) -> found.group(1).replaceAll("(?m)" + margin, ""))
        .toList();
  }

  private static String errors(String example, Path into) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return BEFORE + example + "}}";
          }
        };
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", into.toString(), "-cp", System.getProperty("java.class.path"));
    boolean sound = compiler.getTask(errors, null, null, options, null, List.of(source)).call();
    return sound ? "" : errors.toString();
  }

  @Test
  void examplesCompile(@TempDir Path into) throws IOException {
    List<String> all = new ArrayList<>(examples(Path.of("README.md"), FENCED, "^"));
    assertFalse(all.isEmpty(), "README.md has no example");
    int inReadme = all.size();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.addAll(examples(file, SNIPPET, "^ *\\* ?"));
      }
    }
    assertTrue(all.size() > inReadme, "no snippet found in the javadoc");
    for (String example : all) {
      assertEquals("", errors(example, into), example);
    }
  }

  @Test
  void whatDoesNotCompileIsSeen(@TempDir Path into) {
    assertTrue(errors("int i = \"one\";", into).contains("incompatible types"));
  }
}
