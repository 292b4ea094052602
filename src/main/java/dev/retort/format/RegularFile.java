package dev.retort.format;

import module java.base;

/** Opens files to be read, but never a folder, FIFO or device: to read one could wait for ever. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * Opens a file as a stream.
   *
   * @param file not modified
   * @return its bytes
   * @throws NoSuchFileException if it does not exist
   * @throws IOException if it is not a regular file or cannot be opened
   */
  public static InputStream open(Path file) throws IOException {
    require(file);
    return Files.newInputStream(file);
  }

  /**
   * Opens a file as a channel.
   *
   * @param file not modified
   * @return a channel to read from
   * @throws NoSuchFileException if it does not exist
   * @throws IOException if it is not a regular file or cannot be opened
   */
  public static FileChannel channel(Path file) throws IOException {
    require(file);
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  private static void require(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? new FileSystemException(file.toString(), null, "not a file")
          : new NoSuchFileException(file.toString(), null, "no such file");
    }
  }
}
