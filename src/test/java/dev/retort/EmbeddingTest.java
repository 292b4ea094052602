package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.model.Checkpoint;
import dev.retort.model.Classifier;
import dev.retort.nn.Network;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that embed a student by the packaged jar, in every way that README.md names: all print the same
 * probabilities, to the bit.
 */
@Tag("jar")
class EmbeddingTest {
  private static final String MAIN = "consumer.Consumer";
  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  private static final Path SOURCES = Path.of("src", "test", "consumer");

  /** Class files and a few pages, and nothing else by mistake. The goal is 350 KiB, which takes less source. */
  private static final int MOST_BYTES = 600 * 1024;

  /** What only the command line and whoever trains need. */
  private static final Pattern NOT_NEEDED =
      Pattern.compile(
          "(dev\\.retort\\.(cli|derivation|loss|optim|train)|picocli|me\\.tongfei|de\\.siegmar"
              + "|com\\.fasterxml\\.jackson\\.databind|java\\.awt|javax\\.imageio|com\\.sun\\.net)\\..*");

  @TempDir static Path folder;

  private static Path engine;
  private static Path consumer;
  private static Path model;
  private static String jars;
  private static String expected;

  @BeforeAll
  static void build() throws Exception {
    engine = Path.of(System.getProperty("retort.jar"));
    consumer = folder.resolve("consumer.jar");
    jars = join(engine, jackson(), consumer);
    Path classes = folder.resolve("classes");
    tool(
        "javac", "-p", join(engine, jackson()), "-d", classes, SOURCES.resolve("module-info.java"),
        SOURCES.resolve("consumer/Consumer.java"), SOURCES.resolve("consumer/Host.java"));
    tool("jar", "--create", "--file", consumer, "-C", classes, ".");
    Network network = Network.mlp(784, 128, 10).seed(5).build();
    model = folder.resolve("student.safetensors");
    Checkpoint.save(model, network);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {consumer.toUri().toURL()})) {
      expected =
          (String)
              loader.loadClass(MAIN).getMethod("bits", Classifier.class)
                  .invoke(null, Classifier.of(network));
    }
  }

  private static Path jackson() {
    return Jvm.classPath().stream()
        .filter(path -> path.getFileName().toString().startsWith("jackson-core"))
        .findFirst().orElseThrow();
  }

  private static String join(Path... paths) {
    return Arrays.stream(paths).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static void tool(String name, Object... args) {
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output);
    String[] words = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    assertEquals(0, ToolProvider.findFirst(name).orElseThrow().run(out, out, words), output::toString);
  }

  private static Jvm.Outcome java(Path home, Map<String, String> environment, Object... args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin").resolve("java").toString()));
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return Jvm.run(builder);
  }

  private static Jvm.Outcome java(Object... args) throws Exception {
    return java(Path.of(System.getProperty("java.home")), Map.of(), args);
  }

  /** The expected bits, once for each copy of the engine; a word to the log where it is slow. */
  private static void assertAnswers(String backend, int copies, Jvm.Outcome outcome) {
    assertEquals(0, outcome.code(), outcome::err);
    List<String> lines = outcome.out().lines().toList();
    assertEquals(2 * copies, lines.size(), outcome::err);
    for (int copy = 0; copy < copies; copy++) {
      assertTrue(lines.get(2 * copy).startsWith(backend), lines.get(2 * copy));
      assertEquals(expected, lines.get(2 * copy + 1));
    }
    assertEquals(backend.equals("scalar"), outcome.err().contains("slow backend"), outcome::err);
  }

  /** What the vector module makes of this machine. */
  private static void assertVector(Jvm.Outcome outcome) {
    assertAnswers(Backend.name(), 1, outcome);
  }

  @Test
  void onTheClassPath() throws Exception {
    assertAnswers("scalar", 1, java("-cp", jars, MAIN, model));
    assertVector(java(VECTOR_MODULE, "-cp", jars, MAIN, model));
  }

  @Test
  void onTheModulePathWithoutFlags() throws Exception {
    assertVector(java("-p", jars, "-m", "consumer/" + MAIN, model));
  }

  @Test
  void inALinkedRuntime() throws Exception {
    Path image = folder.resolve("image");
    tool("jlink", "-p", jars, "--add-modules", "consumer", "--output", image);
    assertVector(java(image, Map.of(), "-m", "consumer/" + MAIN, model));
  }

  @Test
  void inOneJar() throws Exception {
    Path all = Files.createDirectory(folder.resolve("all"));
    for (Path jar : List.of(engine, jackson(), consumer)) {
      tool("jar", "--extract", "--file", jar, "--dir", all);
    }
    Path one = folder.resolve("one.jar");
    tool("jar", "--create", "--file", one, "--main-class", MAIN, "-C", all, ".");
    assertAnswers("scalar", 1, java("-jar", one, model));
    assertVector(
        java(
            Path.of(System.getProperty("java.home")), Map.of("JDK_JAVA_OPTIONS", VECTOR_MODULE),
            "-jar", one, model));
  }

  @Test
  void inTwoClassLoaders() throws Exception {
    Object[] args = {"-cp", consumer, "consumer.Host", "loaders", model, engine, jackson(), consumer};
    assertAnswers("scalar", 2, java(args));
    assertAnswers(
        Backend.name(), 2,
        java(Stream.concat(Stream.of(VECTOR_MODULE), Arrays.stream(args)).toArray()));
  }

  /** A layer takes the JDK's modules from its parent, which must have been given this one. */
  @Test
  void inAChildLayer() throws Exception {
    Object[] args = {"-cp", consumer, "consumer.Host", "layer", model, engine, jackson(), consumer};
    assertVector(java(Stream.concat(Stream.of(VECTOR_MODULE), Arrays.stream(args)).toArray()));
    Jvm.Outcome without = java(args);
    assertNotEquals(0, without.code());
    assertTrue(without.err().contains("jdk.incubator.vector not found"), without::err);
  }

  @Test
  void onManyThreadsInALittleMemory() throws Exception {
    for (String heap : List.of("-Xmx16m", "-Xmx256m")) {
      assertVector(java(heap, VECTOR_MODULE, "-cp", jars, MAIN, model, 32));
    }
  }

  /** Whoever only asks a student loads nothing else. */
  @Test
  void nothingElseIsLoaded() throws Exception {
    Path log = folder.resolve("classes.log");
    assertVector(java("-Xlog:class+load:file=" + log, VECTOR_MODULE, "-cp", jars, MAIN, model));
    List<String> loaded =
        Files.readAllLines(log).stream().map(line -> line.replaceFirst("^(\\[[^]]*] ?)*", "")).toList();
    assertTrue(loaded.stream().anyMatch(name -> name.startsWith("dev.retort.model.Classifier ")));
    assertEquals(List.of(), loaded.stream().filter(NOT_NEEDED.asMatchPredicate()).toList());
  }

  @Test
  void theJarIsSmallAndSaysItsLicence() throws IOException {
    assertTrue(Files.size(engine) <= MOST_BYTES, Files.size(engine) + " bytes");
    try (JarFile jar = new JarFile(engine.toFile())) {
      assertTrue(jar.getEntry("META-INF/LICENSE").getSize() > 10_000);
      assertTrue(jar.getEntry("module-info.class").getSize() > 0);
    }
  }
}
