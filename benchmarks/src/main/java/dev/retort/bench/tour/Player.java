package dev.retort.bench.tour;

import dev.retort.bench.Contender;
import dev.retort.bench.GemmCase;
import dev.retort.bench.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Scanner;

/**
 * A contender in a JVM of his own that stays for all shapes: native libraries share the names of
 * their functions, so that in one process OpenBLAS's callers may end up in MKL.
 */
final class Player implements AutoCloseable {
  /** Else what a JVM or a library prints could be taken for an answer. */
  private static final String ANSWER = "answer ";

  private static final String PLAY = "play";

  private final String name;
  private final Process process;
  private final PrintStream questions;
  private final BufferedReader answers;
  private final String description;

  Player(String name) throws IOException {
    this.name = name;
    List<String> command = Tour.java();
    command.addAll(List.of(Player.class.getName(), name));
    process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
    description = answer();
  }

  String name() {
    return name;
  }

  String description() {
    return description;
  }

  /** Has him check and warm up. */
  void prepare(int shape) throws IOException {
    questions.println(shape);
    answer();
  }

  /** Runs a second over a slice of time. */
  double play() throws IOException {
    questions.println(PLAY);
    return Double.parseDouble(answer());
  }

  private String answer() throws IOException {
    String line;
    do {
      line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException(name + " was refused or has crashed, see above");
      }
    } while (!line.startsWith(ANSWER));
    return line.substring(ANSWER.length());
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** The other side: tells his description, then answers line by line. */
  public static void main(String[] args) {
    Contender contender = Contender.named(args[0]);
    System.out.println(ANSWER + contender.describe());
    List<Shape> shapes = Shape.all();
    Slice slice = null;
    Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8);
    while (lines.hasNextLine()) {
      String line = lines.nextLine();
      if (line.equals(PLAY)) {
        System.out.println(ANSWER + slice.rate());
        continue;
      }
      GemmCase gemm = shapes.get(Integer.parseInt(line)).make();
      Work work = contender.gemm(gemm, 1);
      gemm.answer().check(contender.name(), work);
      slice = new Slice(work::run);
      System.out.println(ANSWER);
    }
  }
}
