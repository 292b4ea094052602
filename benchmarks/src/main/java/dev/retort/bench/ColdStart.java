package dev.retort.bench;

import module java.base;
import org.openjdk.jmh.annotations.Param;

/** From the start of a JVM to the answers of a network that it reads from a file, one by one. */
public class ColdStart extends Measured.Once {
  /** Features, hidden units, classes. */
  @Param({"784-30-30-10", "784-800-800-10"})
  public String network;

  /** After how many the program ends. */
  @Param({"1", "1000"})
  public int answers;

  private ProcessBuilder process;

  /** Writes the network and checks the answer of a first process. */
  @Override
  protected Runnable prepare() throws IOException {
    Implementation implementation = Implementation.named(by);
    NetworkCase weights = new NetworkCase(sizes(network));
    Path file = Files.createTempFile("retort", ".network");
    file.toFile().deleteOnExit();
    implementation.save(weights, file);
    String classes = ColdStart.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    for (Path jar : implementation.shipped()) {
      classes += File.pathSeparator + jar;
      shipped += Files.size(jar) / 1048576.0;
    }
    process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Dretort.backend=" + by,
        "-cp", classes, Program.class.getName(), implementation.getClass().getName(), file.toString(), "" + answers);
    double[] line = answer();
    weights.logits(Data.uniform(30, weights.inputs)).check(by, Arrays.copyOfRange(line, 1, line.length));
    return () -> resident = answer()[0];
  }

  /** Memory in use, then the logits. */
  private double[] answer() {
    String line = Data.unchecked(() -> process.start().inputReader().readAllAsString());
    return Arrays.stream(line.strip().split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  /** The program that is started: a user's, with a trained network in a file. */
  static final class Program {
    /** Arguments: the implementation's class, the file, and how many answers to give. */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
      Class<?> implementation = Class.forName(args[0]);
      UnaryOperator<float[]> network =
          ((Implementation) implementation.getDeclaredConstructor().newInstance()).load(Path.of(args[1]));
      float[] image = Data.uniform(30, 784);
      float[] logits = {};
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        logits = network.apply(image);
      }
      System.out.println((memory() + " " + Arrays.toString(logits)).replaceAll("[\\[\\],]", ""));
      System.out.flush();
      // What a library does at the end of a process is not what is timed.
      Runtime.getRuntime().halt(0);
    }
  }
}
