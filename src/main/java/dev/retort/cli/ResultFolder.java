package dev.retort.cli;

import module java.base;
import dev.retort.format.AtomicFile;

/**
 * The folder of a command's results, held by one run at a time. The files of a run appear together: they are written to
 * a hidden folder in it and forced to the disk; renaming that folder to {@code .retort-done} decides that they replace
 * the old ones, and then each is moved. As several moves are not one, the old JSON result goes first and the new one
 * comes last: where there is one, all that it names belongs to it. The next run that takes the folder completes one
 * that was killed between the moves, and deletes the files of one that was killed before them. If a run ends before
 * them by Ctrl-C or by an error, the models it has written are kept as {@code unfinished-NAME}, and the user is told.
 *
 * <p>Renaming a file over another, and a folder to a new name, are single steps on POSIX and on Windows.
 */
final class ResultFolder implements AutoCloseable {
  /** The result of most commands: there only beside the files it belongs to. */
  static final String RESULT = "result.json";

  private static final String LOCK = ".retort-lock";
  private static final String NEW = ".retort-new-";
  private static final String DONE = ".retort-done";
  private static final String UNFINISHED = "unfinished-";

  /** Models that are kept, and named each. */
  private static final int MOST_NAMED = 3;

  private final Path folder;
  private final PrintWriter err;
  private final FileChannel lock;
  private final Path written;
  private final Thread hook = new Thread(this::keep, "retort-unfinished");

  private ResultFolder(Path folder, PrintWriter err, FileChannel lock) throws IOException {
    this.folder = folder;
    this.err = err;
    this.lock = lock;
    if (lock.tryLock() == null) {
      throw new OverlappingFileLockException(); // as the JDK does if another thread has it
    }
    complete();
    for (Path left : list(folder)) {
      if (left.getFileName().toString().startsWith(NEW)) {
        delete(left);
      } else if (AtomicFile.isTemporary(left)) {
        Files.delete(left);
      }
    }
    written = Files.createTempDirectory(folder, NEW);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Takes a folder, made if need be, and completes what a killed run left.
   *
   * @param err is told of what is kept of a run that does not end
   * @throws IOException if it cannot be written to, or another run has it
   */
  static ResultFolder take(Path folder, PrintWriter err) throws IOException {
    try {
      Files.createDirectories(folder);
      FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new ResultFolder(folder, err, lock);
      } catch (IOException | OverlappingFileLockException e) {
        lock.close();
        throw e;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException(
          "another run writes to " + folder + ": wait for its end, or choose another folder with --out", e);
    } catch (IOException e) {
      throw new IOException("cannot write to " + folder + ": " + Main.why(e) + "; choose another folder with --out", e);
    }
  }

  /** The folder. */
  Path path() {
    return folder;
  }

  /** Writes one of the files. */
  interface Writer<T> {
    T write(Path file) throws IOException;
  }

  /**
   * Writes a file that appears with the others.
   *
   * @throws FileSystemException if it cannot be written, with the name it would have had
   */
  synchronized <T> T write(String name, Writer<T> writer) throws IOException {
    try {
      return writer.write(written.resolve(name));
    } catch (FileSystemException e) {
      throw new FileSystemException(folder.resolve(name).toString(), null, Main.why(e));
    }
  }

  /** Writes a text that appears with the other files. */
  void write(String name, String text) throws IOException {
    write(
        name,
        file -> {
          AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
          return file;
        });
  }

  /** Lets all files that were written appear. */
  synchronized void appear() throws IOException {
    Files.move(written, folder.resolve(DONE), StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.forceFolder(folder);
    complete();
  }

  /** Moves what was decided to replace the old files; may be done again after any part of it. */
  private void complete() throws IOException {
    Path done = folder.resolve(DONE);
    if (!Files.exists(done)) {
      return;
    }
    List<Path> files = new ArrayList<>(list(done));
    files.sort(Comparator.comparing(ResultFolder::isResult));
    for (Path file : files) {
      if (isResult(file)) {
        Files.deleteIfExists(folder.resolve(file.getFileName()));
      }
    }
    for (Path file : files) {
      if (file.equals(files.getFirst()) || isResult(file)) {
        AtomicFile.forceFolder(folder); // what is gone before the first comes, and what has come before a result
      }
      Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    AtomicFile.forceFolder(folder);
    delete(done);
  }

  private static boolean isResult(Path file) {
    return file.toString().endsWith(".json");
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Deletes a folder of files. */
  private static void delete(Path folder) throws IOException {
    for (Path file : list(folder)) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** Keeps the models of a run that did not end, says which, and deletes its other files. */
  private synchronized void keep() {
    if (!Files.exists(written)) {
      return;
    }
    List<String> kept = new ArrayList<>();
    try {
      for (Path file : list(written)) {
        String name = UNFINISHED + file.getFileName();
        if (name.endsWith(".safetensors")) {
          Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
          kept.add(name);
        }
      }
      delete(written);
    } catch (IOException e) {
      err.println("retort: what was trained could not be kept: " + Main.why(e));
    }
    if (!kept.isEmpty()) {
      err.printf(
          "retort: not finished; trained so far, in %s: %s%s%n", folder,
          kept.size() > MOST_NAMED ? kept.size() + " models, " + UNFINISHED + "*" : String.join(", ", kept),
          kept.contains(UNFINISHED + Role.TEACHER.file()) ? "; go on from the teacher with --teacher-model" : "");
    }
  }

  /** Gives the folder back; files that have not appeared are deleted, except models. */
  @Override
  public void close() throws IOException {
    try (lock) {
      keep();
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook has run or is running.
    }
  }
}
