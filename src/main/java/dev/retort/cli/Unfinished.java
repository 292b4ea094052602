package dev.retort.cli;

import module java.base;
import dev.retort.model.Checkpoint;
import dev.retort.nn.Network;

/**
 * A run whose networks are saved together at its end. If it ends before, by Ctrl-C or by an error, what is
 * trained is kept as {@code unfinished-NAME}, and the user is told how to go on.
 */
final class Unfinished implements AutoCloseable {
  private final Path folder;
  private final PrintWriter err;
  private final Map<String, Network> networks = new LinkedHashMap<>();
  private final Thread hook = new Thread(this::keep, "retort-unfinished");

  Unfinished(Path folder, PrintWriter err) {
    this.folder = folder;
    this.err = err;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A network is trained and will not change any more. */
  synchronized void add(String file, Network network) {
    networks.put(file, network);
  }

  /** The run has saved its networks itself. */
  synchronized void finish() {
    networks.clear();
  }

  private synchronized void keep() {
    if (networks.isEmpty()) {
      return;
    }
    List<Path> kept = new ArrayList<>();
    networks.forEach(
        (file, network) -> {
          Path path = folder.resolve("unfinished-" + file);
          try {
            Checkpoint.save(path, network);
            kept.add(path);
          } catch (IOException | IllegalArgumentException e) {
            err.println("retort: " + path + " could not be saved: " + e.getMessage());
          }
        });
    networks.clear();
    for (Path path : kept) {
      err.println(
          "retort: not finished; trained so far: " + path
              + (path.endsWith("unfinished-teacher.safetensors")
                  ? "; go on from it with --teacher-model" : ""));
    }
  }

  @Override
  public void close() {
    keep();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook has run or is running.
    }
  }
}
