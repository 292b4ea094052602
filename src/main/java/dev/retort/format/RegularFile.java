package dev.retort.format;

import module java.base;

/** What may be opened to be read: never a folder, FIFO or device, from which reading could wait for ever. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * The same path.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if it is not a regular file
   */
  public static Path require(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? new FileSystemException(file.toString(), null, "not a file")
          : new NoSuchFileException(file.toString(), null, "no such file");
    }
    return file;
  }
}
