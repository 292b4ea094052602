package dev.retort.format;

import module java.base;

/**
 * Replaces a file as a whole: whatever happens on the way, its path leads to the old contents or to the new ones. A
 * process killed while writing leaves a {@code .tmp} file beside it that may be deleted.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What goes into the file. */
  @FunctionalInterface
  public interface Body {
    /** Writes all of it, and leaves the stream open. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code file}, or writes over it, through a link if it is one.
   *
   * @throws IOException if anything fails, with the name of the file; the old file is then as it was
   */
  public static void write(Path file, Body body) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new FileSystemException(file.toString(), null, "a folder, where a file is to be written");
    }
    if (!Files.isDirectory(target.getParent())) {
      throw new NoSuchFileException(target.getParent().toString());
    }
    if (Files.exists(target) && !Files.isWritable(target)) {
      throw new AccessDeniedException(file.toString()); // a rename would not ask
    }
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(Channels.newOutputStream(channel));
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(file.toString());
    } catch (IOException e) { // names the temporary file, or none, as "No space left on device" does
      String why = e instanceof FileSystemException at ? at.getReason() : e.getMessage();
      throw new FileSystemException(file.toString(), null, Objects.requireNonNullElse(why, "it cannot be made there"));
    } finally {
      temporary.toFile().delete(); // without an error of its own, which would hide the first
    }
    forceFolder(target.getParent());
  }

  /** Whether a file's name is that of one which {@link #write} leaves if it is killed, and writes while it runs. */
  public static boolean isTemporary(Path file) {
    return file.getFileName().toString().matches("\\..*\\.[0-9a-f-]{36}\\.tmp");
  }

  /** Forces the names in a folder to the disk; where folders cannot be opened, the file system sees to that. */
  public static void forceFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
