package dev.retort.spark;

import module java.base;
import org.apache.spark.launcher.JavaModuleOptions;

/** A standalone cluster of processes on this machine: a master and workers, from the jars of the class path. */
final class Cluster implements AutoCloseable {
  /** Jars of the class path that a Spark installation does not have. */
  private static final Pattern NOT_SPARK =
      Pattern.compile(".*(/dev/retort/|picocli|fastcsv|junit|opentest4j|apiguardian).*");

  private static final String HOST = "127.0.0.1";
  private static final String LOGGING =
      """
      rootLogger.level = warn
      rootLogger.appenderRef.stderr.ref = console
      appender.console.type = Console
      appender.console.name = console
      appender.console.target = SYSTEM_ERR
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{ABSOLUTE} %p %c{1}: %m%n
      """;

  private final Path home;
  private final String spark;
  private final int port;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();

  /** Starts a master and as many workers, each with so many cores. */
  Cluster(Path folder, int count, int cores) throws IOException, InterruptedException {
    home = folder.resolve("spark");
    Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/log4j2.properties"), LOGGING);
    spark =
        Arrays.stream(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1))
            .filter(path -> path.endsWith(".jar") && !NOT_SPARK.matcher(path).matches())
            .map(path -> Path.of(path).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    master =
        start(
            "master", "org.apache.spark.deploy.master.Master", "--host", HOST, "--port", port + "", "--webui-port",
            "0");
    awaitMaster();
    for (int i = 0; i < count; i++) {
      workers.add(
          start(
              "worker" + i, "org.apache.spark.deploy.worker.Worker", "--host", HOST, "--cores", cores + "",
              "--memory", "2g", "--webui-port", "0", "--work-dir", home.resolve("work" + i).toString(), url()));
    }
  }

  private void awaitMaster() throws IOException, InterruptedException {
    for (int turn = 0; ; turn++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        if (turn == 300 || !master.isAlive()) {
          throw new IOException("the master does not start: " + log("master"), e);
        }
        Thread.sleep(100);
      }
    }
  }

  String url() {
    return "spark://" + HOST + ":" + port;
  }

  /** A JVM with Spark's jars alone, as Spark's scripts start one. */
  private Process start(String name, String main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ", -1)));
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Xmx700m", "-cp", home.resolve("conf") + File.pathSeparator + spark, main));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(home.resolve(name).toFile());
    builder.environment().putAll(
        Map.of(
            "SPARK_HOME", home.toString(), "SPARK_DIST_CLASSPATH", spark, "SPARK_SCALA_VERSION", "2.13",
            "SPARK_LOCAL_IP", HOST, "SPARK_CONF_DIR", home.resolve("conf").toString()));
    return builder.start();
  }

  /** Submits a program as {@code spark-submit} does, and does not wait for it; its log has a name. */
  Process submit(String log, Path jar, String main, List<String> options, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("--master", url(), "--class", main));
    for (String option : options) {
      all.addAll(List.of("--conf", option));
    }
    all.add(jar.toString());
    all.addAll(List.of(args));
    return start(log, "org.apache.spark.deploy.SparkSubmit", all.toArray(String[]::new));
  }

  /** Ends a worker as a loss of power does; its executors end when they notice. */
  void kill(int worker) {
    workers.get(worker).destroyForcibly();
  }

  /** What each executor has printed so far. */
  List<String> executorLogs() throws IOException {
    List<String> logs = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        logs.add(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    return logs;
  }

  /** What a process has printed. */
  String log(String name) throws IOException {
    return Files.readString(home.resolve(name), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    Stream.concat(Stream.of(master), workers.stream())
        .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process.toHandle())))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
