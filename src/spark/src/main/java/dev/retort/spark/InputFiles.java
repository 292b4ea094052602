package dev.retort.spark;

import module java.base;
import dev.retort.data.DataException;
import dev.retort.data.DataFiles;
import dev.retort.tensor.Tensor;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Files of samples in the order of their paths: Parquet, or IDX and NPY with an array each.
 *
 * @param files with their sizes and times
 * @param first the number of the first file among all
 */
record InputFiles(List<FileStatus> files, int first) {
  private static final String PARQUET = ".parquet";
  private static final String ARRAY = ".*\\.npy(\\.gz)?|.*[-.]idx\\d-\\w+(\\.gz)?";

  /** Ids of samples in array files: the file's number, then 32 bits for the sample's. */
  private static final int SAMPLE_BITS = 32;

  /**
   * The files in a folder, or those that a pattern names.
   *
   * @throws IllegalArgumentException if there is none
   */
  static InputFiles find(String pattern, Configuration hadoop) throws IOException {
    Path path = new Path(pattern);
    FileSystem system = path.getFileSystem(hadoop);
    FileStatus[] found = system.globStatus(path);
    List<FileStatus> all = new ArrayList<>();
    for (FileStatus each : found == null ? new FileStatus[0] : found) {
      RemoteIterator<LocatedFileStatus> inside = system.listFiles(each.getPath(), true);
      while (inside.hasNext()) {
        FileStatus file = inside.next();
        String name = file.getPath().toString().substring(each.getPath().toString().length());
        if (!name.matches(".*/[._].*")) {
          all.add(file);
        }
      }
    }
    boolean parquet = all.stream().anyMatch(InputFiles::isParquet);
    all.removeIf(file -> parquet ? !isParquet(file) : !file.getPath().getName().matches(ARRAY));
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          pattern + ": no Parquet, NPY or IDX file of that name or in that folder; see --features");
    }
    all.sort(Comparator.comparing(file -> file.getPath().toString()));
    return new InputFiles(List.copyOf(all), 0);
  }

  private static boolean isParquet(FileStatus file) {
    return file.getPath().getName().endsWith(PARQUET);
  }

  /** Whether these are Parquet. */
  boolean isParquet() {
    return isParquet(files.getFirst());
  }

  /** The same files in at most so many pieces, as equal in number as can be. */
  List<InputFiles> pieces(int most) {
    int count = Math.min(most, files.size());
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int from = (int) ((long) files.size() * i / count);
              int to = (int) ((long) files.size() * (i + 1) / count);
              return new InputFiles(files.subList(from, to), from);
            })
        .toList();
  }

  String[] paths() {
    return files.stream().map(file -> file.getPath().toString()).toArray(String[]::new);
  }

  /** One line a file; a changed file has another. */
  String listing() {
    StringBuilder lines = new StringBuilder();
    for (FileStatus file : files) {
      lines.append(file.getPath()).append(' ').append(file.getLen()).append(' ')
          .append(file.getModificationTime()).append('\n');
    }
    return lines.toString();
  }

  /**
   * The samples of an array file, each with its id.
   *
   * @param number the file's among all
   * @param divisor unsigned bytes are divided by it
   */
  static Iterator<Row> samples(String file, int number, float divisor, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    java.nio.file.Path copy = Files.createTempFile("retort", path.getName());
    Tensor samples;
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      samples = DataFiles.samples(copy, divisor);
    } catch (DataException e) {
      throw new IllegalArgumentException(e.getMessage().replace(copy.toString(), file), e);
    } finally {
      Files.delete(copy);
    }
    return IntStream.range(0, samples.rows())
        .mapToObj(i -> RowFactory.create(((long) number << SAMPLE_BITS) + i, samples.rows(i, i + 1).toArray()))
        .iterator();
  }
}
