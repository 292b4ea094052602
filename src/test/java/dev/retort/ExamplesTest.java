package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code that the documentation shows compiles as it stands, and the README's programs run. */
class ExamplesTest {
  private static final Pattern SNIPPET =
      Pattern.compile("^ *\\* \\{@snippet :\\R(.*?)^ *\\* }$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern FENCED =
      Pattern.compile("^```java\\R(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final String IMPORTS =
      """
      import dev.retort.data.*; import dev.retort.derivation.*; import dev.retort.loss.*;
      import dev.retort.model.*; import dev.retort.nn.*; import dev.retort.optim.*;
      import dev.retort.tensor.*; import dev.retort.train.*;
      import java.nio.file.*; import java.util.*; import java.util.function.*;
      """;

  /** What the examples in the javadoc take for granted. */
  private static final String BEFORE_SNIPPET =
      """
      class Example {
        Dataset train; float[] pixels; Tensor images; Network teacher, network, student;
        void run() throws Exception {
      """;

  /** What the README's programs take for granted: images whose class is where they are bright. */
  private static final String BEFORE_PROGRAMS =
      """
      public class App {
        static float[][] images(int count, long seed) {
          Random random = new Random(seed);
          float[][] images = new float[count][784];
          for (int i = 0; i < count; i++) {
            for (int j = 0; j < 784; j++) {
              images[i][j] = random.nextFloat() * (j % 10 == i % 10 ? 1f : 0.5f);
            }
          }
          return images;
        }
        static int[] labels(int count) {
          int[] labels = new int[count];
          Arrays.setAll(labels, i -> i % 10);
          return labels;
        }
        public static void main(String[] args) throws Exception {
          float[][] features = images(300, 1);
          int[] labels = labels(300);
          Dataset test = Dataset.of(images(200, 2), labels(200));
          float[] pixels = images(8, 3)[7];
          float[][] images = {pixels};
      """;

  private static List<String> examples(Path file, Pattern pattern, String margin)
      throws IOException {
    return pattern.matcher(Files.readString(file)).results()
        .map((MatchResult found) -> found.group(1).replaceAll("(?m)" + margin, ""))
        .toList();
  }

  /** What the compiler says of an example after the given lines, as the class of that name. */
  private static String errors(String name, String before, String example, Path into) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return IMPORTS + before + example + "}}";
          }
        };
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", into.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiles = compiler.getTask(errors, null, null, options, null, List.of(source)).call();
    return compiles ? "" : errors.toString();
  }

  /** The README's programs in their order are one program, which does what it says. */
  @Test
  void theFiveProgramsRun(@TempDir Path folder) throws Exception {
    List<String> programs = examples(Path.of("README.md"), FENCED, "^");
    assertEquals(5, programs.size());
    String all = String.join("", programs) + "System.out.println(digits[0] + \" \" + likely[0]);";
    assertEquals("", errors("App", BEFORE_PROGRAMS, all, folder), all);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector",
                "-cp", folder + File.pathSeparator + absolute(System.getProperty("java.class.path")),
                "App")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(Double.parseDouble(output.substring(0, output.indexOf(' '))) > 0.9, output);
    assertTrue(output.endsWith("7 7" + System.lineSeparator()), output);
  }

  /** The programs run in another folder. */
  private static String absolute(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void snippetsCompile(@TempDir Path into) throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.addAll(examples(file, SNIPPET, "^ *\\* ?"));
      }
    }
    assertFalse(all.isEmpty(), "no snippet found in the javadoc");
    for (String example : all) {
      assertEquals("", errors("Example", BEFORE_SNIPPET, example, into), example);
    }
  }

  @Test
  void whatDoesNotCompileIsSeen(@TempDir Path into) {
    String wrong = errors("Example", BEFORE_SNIPPET, "int i = \"one\";", into);
    assertTrue(wrong.contains("incompatible types"), wrong);
  }
}
