package dev.retort.cli;

import module java.base;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort playground}: a local page to draw on. */
@Command(name = "playground")
final class PlaygroundCommand implements Callable<Integer> {
  @Mixin private RunOptions run;
  @Option(names = "--port", defaultValue = "0") private int port;
  @Option(names = "--model", arity = "1..*", paramLabel = "FILE") private List<Path> models;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("--port must be 0 to 65535, not " + port);
    }
    Playground playground = new Playground(networks(), run.load().test());
    try (PlaygroundServer server = new PlaygroundServer(playground, port)) {
      run.text().printf("The playground is at %s until Ctrl-C.%n", server.address());
      run.text().flush();
      run.result(Map.of("address", server.address()));
      Thread.ofVirtual().start(playground::warmUp);
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private List<Playground.Named> networks() {
    List<Path> files = models == null ? lastDistilled() : models;
    if (files.size() < 2) {
      throw new IllegalArgumentException("--model needs a teacher and at least one student: --model TEACHER STUDENT");
    }
    return files.stream().map(file -> new Playground.Named(name(file), RunOptions.model(file))).toList();
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".safetensors", "").replace('-', ' ');
  }

  private static List<Path> lastDistilled() {
    Path folder = RunOptions.defaultOut("distill");
    List<Path> files = Arrays.stream(Role.values()).map(role -> folder.resolve(role.file())).toList();
    if (!files.stream().allMatch(Files::isRegularFile)) {
      throw new IllegalArgumentException(
          "no models in " + folder + ": run 'retort distill' first, or name a teacher and its"
              + " students with --model");
    }
    return files;
  }
}
