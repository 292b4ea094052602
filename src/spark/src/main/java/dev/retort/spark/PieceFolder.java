package dev.retort.spark;

import module java.base;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A folder of Parquet that is filled piece by piece, each whole or not at all. It remembers what its pieces were made
 * from, so that a second run adds those that are missing. Readers see finished pieces alone, as names with an
 * underscore are hidden from them.
 */
final class PieceFolder {
  private static final String SETTINGS = "_settings";

  private final FileSystem files;
  private final Path folder;

  private PieceFolder(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * The folder of that name, made if there is none.
   *
   * @param settings everything that the pieces depend on
   * @throws IllegalArgumentException if it holds something else, or pieces of other settings
   */
  static PieceFolder open(String name, String settings, Configuration hadoop) throws IOException {
    Path folder = new Path(name);
    FileSystem files = folder.getFileSystem(hadoop);
    files.mkdirs(folder);
    PieceFolder result = new PieceFolder(files, folder);
    String before = result.settings();
    boolean hasContent = false;
    for (FileStatus each : files.listStatus(folder)) {
      hasContent |= !each.getPath().getName().startsWith("_") && !each.getPath().getName().startsWith(".");
    }
    if (hasContent && !before.equals(settings)) {
      throw new IllegalArgumentException(
          name + " holds " + (before.isEmpty() ? "other files" : "the answers of other settings or files")
              + "; choose another folder with --out");
    }
    if (!before.equals(settings)) {
      try (OutputStream out = files.create(new Path(folder, SETTINGS))) {
        out.write(settings.getBytes(StandardCharsets.UTF_8));
      }
    }
    return result;
  }

  private String settings() throws IOException {
    try (InputStream in = files.open(new Path(folder, SETTINGS))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  private Path piece(int number) {
    return new Path(folder, "piece=" + number);
  }

  boolean has(int piece) throws IOException {
    return files.exists(piece(piece));
  }

  /** Runs a data set and keeps its rows as a piece; if that fails, nothing is left of them. */
  void write(int piece, Dataset<Row> rows) throws IOException {
    Path unfinished = new Path(folder, "_unfinished-" + piece);
    try {
      // Logits hardly repeat: a dictionary of them costs time for nothing.
      rows.write().mode("overwrite").option("parquet.enable.dictionary", false).parquet(unfinished.toString());
      if (!files.rename(unfinished, piece(piece))) {
        throw new IOException("cannot rename " + unfinished + " to " + piece(piece));
      }
    } finally {
      files.delete(unfinished, true);
    }
  }
}
