package dev.retort.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The program that {@link ColdStart} starts: a user's, with a trained network in a file. */
public final class FirstAnswers {
  private FirstAnswers() {}

  /** Arguments: the implementation's class and name, the file, and how many answers to give. */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Implementation implementation =
        args[0].equals(Retort.class.getName())
            ? new Retort(args[1])
            : Class.forName(args[0]).asSubclass(Implementation.class).getDeclaredConstructor()
                .newInstance();
    UnaryOperator<float[]> network = implementation.load(Path.of(args[2]));
    float[] image = Data.uniform(30, 784);
    float[] logits = {};
    for (int i = 0; i < Integer.parseInt(args[3]); i++) {
      logits = network.apply(image);
    }
    StringBuilder line = new StringBuilder().append(residentMebibytes());
    for (float logit : logits) {
      line.append(' ').append(logit);
    }
    System.out.println(line);
    System.out.flush();
    // What a library does at the end of a process is not what is timed.
    Runtime.getRuntime().halt(0);
  }

  /** Memory of this process that is in use, 0 where the system does not tell. */
  static double residentMebibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        ? Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
            .sum()
        : 0;
  }
}
