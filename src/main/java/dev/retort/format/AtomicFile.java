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
    /**
     * Writes all of it.
     *
     * @param out takes the contents; not to be closed
     * @throws IOException if it cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code file}, through a link if it is one.
   *
   * @param file written, or written over
   * @param body its new contents
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
    if (!Files.isWritable(Files.exists(target) ? target : target.getParent())) {
      throw new AccessDeniedException(file.toString()); // a rename would not ask, and its error names another file
    }
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(Channels.newOutputStream(channel));
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) { // such as "No space left on device"
      throw new FileSystemException(file.toString(), null, e.getMessage());
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceFolder(target.getParent());
  }

  /**
   * Whether a file is one that {@link #write} leaves if it is killed; while it runs, it is writing to it.
   *
   * @param file of any name
   * @return whether the name is such a one
   */
  public static boolean isTemporary(Path file) {
    return file.getFileName().toString().matches("\\..*\\.[0-9a-f-]{36}\\.tmp");
  }

  /**
   * Forces the names in a folder to the disk; where folders cannot be opened, the file system sees to that.
   *
   * @param folder whose files were made, renamed or deleted
   * @throws IOException if it fails
   */
  public static void forceFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
