package dev.retort.bench;

import module java.base;
import java.lang.management.ManagementFactory;

/** Where a comparison runs: the facts that head its results, and how it starts a JVM. */
final class Machine {
  private static final String JVM =
      "--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED"
          + " --sun-misc-unsafe-memory-access=allow -XX:-BackgroundCompilation -Djmh.blackhole.autoDetect=false";

  /** Variables that choose native libraries' kernels and threads, and can only hold a peer down. */
  private static final String STEERING = "(OPENBLAS|GOTO|MKL|OMP|GOMP|KMP|ATEN|ONEDNN|DNNL)_.*";

  private static final Pattern PROCESSOR =
      Pattern.compile("cpu family\\s*: (.*)\nmodel\\s*: (.*)\nmodel name\\s*: (.*)");

  private Machine() {}

  /** Options that whoever started the comparison gave to the JVM, each after a space. */
  static String flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-X")).map(argument -> " " + argument).collect(Collectors.joining());
  }

  /** A JVM with what every measurement needs. */
  static ProcessBuilder java(String arguments) {
    List<String> command = new ArrayList<>(List.of((JVM + flags() + " " + arguments).split(" ", -1)));
    command.addFirst(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = process.environment();
    environment.keySet().removeAll(steering(environment).keySet());
    // Threads of OpenMP wait without spinning against each other; OpenBLAS tells its kernels.
    environment.putAll(Map.of("OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_VERBOSE", "2"));
    // Not among the arguments, of which the system shows the first ones only.
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    return process;
  }

  static Map<String, String> steering(Map<String, String> environment) {
    Map<String, String> steering = new TreeMap<>(environment);
    steering.keySet().removeIf(name -> !name.matches(STEERING));
    return steering;
  }

  /** Puts a part under its title into the machine's file of today, in place of an older one and of its parts. */
  static Path file(Path results, String title, String text) throws IOException {
    String name = processor().replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT);
    Path file = Files.createDirectories(results).resolve(name + "-" + LocalDate.now(ZoneOffset.UTC) + ".md");
    String own = "## " + title + "\n";
    String others = Stream.of((Files.exists(file) ? Files.readString(file) : "").split("(?m)^(?=## )", -1)).skip(1)
            .filter(part -> !part.startsWith(own) && !Summary.whole(part).startsWith(own))
            .collect(Collectors.joining());
    return Files.writeString(file, facts() + others + own + "\n```\n" + text + "```\n\n");
  }

  private static String facts() throws IOException {
    Map<String, String> steering = steering(System.getenv());
    return String.format(
        Locale.ROOT, Data.resource("head.md"), processor(), Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch"),
        System.getProperty("java.vendor"), System.getProperty("java.runtime.version"), JVM,
        steering.isEmpty() ? "nothing set that steers a peer" : "measured without " + steering);
  }

  /** The model as Linux names it on x86, with family and number where the name leaves it open. */
  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    Matcher facts = PROCESSOR.matcher(Files.exists(info) ? Files.readString(info) : "");
    return facts.find() ? facts.group(3) + " family " + facts.group(1) + " model " + facts.group(2)
        : System.getProperty("os.arch");
  }
}
