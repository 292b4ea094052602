package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import dev.retort.data.DataException;
import dev.retort.data.DataFiles;
import dev.retort.data.IdxBytes;
import dev.retort.data.Npy;
import dev.retort.data.NpyBytes;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelException;
import dev.retort.model.RawFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of 64 MB no reader runs out of memory on any file, however large it is or says it is. */
class SmallHeapTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path folder;

  /** Reads each file in a JVM of its own, which prints what came of it. */
  public static final class Reader {
    private Reader() {}

    public static void main(String[] files) throws IOException {
      for (String file : files) {
        String outcome;
        try {
          Path path = Path.of(file);
          if (file.endsWith(".npy")) {
            Npy.read(path);
          } else if (file.endsWith(".safetensors")) {
            Checkpoint.load(path);
          } else {
            DataFiles.at(path).load();
          }
          outcome = "read";
        } catch (DataException | ModelException e) {
          outcome = "refused";
        } catch (OutOfMemoryError e) {
          outcome = "out of memory";
        }
        System.out.println(Path.of(file).getFileName() + " " + outcome);
      }
    }
  }

  /** A file that begins so and has zeros after it, which take no room on the disk. */
  private Path sparse(String name, byte[] start, long size) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, start);
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      random.setLength(size);
    }
    return file;
  }

  private static void repeat(OutputStream out, String part, int bytes) throws IOException {
    byte[] chunk = part.repeat(MEBIBYTE / part.length()).getBytes(StandardCharsets.US_ASCII);
    for (int written = 0; written < bytes; written += chunk.length) {
      out.write(chunk);
    }
  }

  private Path idx(String name, boolean zipped) throws IOException {
    int rows = 200;
    Path images = folder.resolve(name).resolve("train-images-idx3-ubyte");
    byte[] header = IdxBytes.of(new byte[0], rows, 1024, 1024);
    sparse(name + "/train-images-idx3-ubyte", header, header.length + (long) rows * MEBIBYTE);
    if (zipped) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(images + ".gz")))) {
        Files.copy(images, out);
      }
      Files.delete(images);
    }
    Files.write(folder.resolve(name).resolve("train-labels-idx1-ubyte"), IdxBytes.of(new byte[rows], rows));
    Files.write(folder.resolve(name).resolve("t10k-images-idx3-ubyte"), IdxBytes.of(new byte[1], 1, 1));
    Files.write(folder.resolve(name).resolve("t10k-labels-idx1-ubyte"), IdxBytes.of(new byte[1], 1));
    return folder.resolve(name);
  }

  private Path csv(String name, String start, String part) throws IOException {
    return csv(name, start, part, 100 * MEBIBYTE);
  }

  private Path csv(String name, String start, String part, int bytes) throws IOException {
    Path file = Files.createDirectory(folder.resolve(name)).resolve("train.csv");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(start.getBytes(StandardCharsets.US_ASCII));
      repeat(out, part, bytes);
    }
    Files.copy(file, file.resolveSibling("test.csv"));
    return folder.resolve(name);
  }

  private Path tensors(String name, String header, int headerSize, long dataSize) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
    ByteBuffer start = ByteBuffer.allocate(8 + headerSize).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(headerSize).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    return sparse(name + ".safetensors", start.array(), 8 + headerSize + dataSize);
  }

  private static String entry(String name, String shape, long begin, long end) {
    return RawFile.entry(name, "F32", shape, "[" + begin + "," + end + "]");
  }

  @Test
  void noReaderRunsOutOfMemory() throws Exception {
    byte[] npy = NpyBytes.of("<f4", false, "(52428800,)", new byte[0]);
    byte[] zeros = NpyBytes.of("|u1", false, "(83886080,)", new byte[80 * MEBIBYTE]);
    long data = 200L * MEBIBYTE;
    StringBuilder many = new StringBuilder("{" + entry("a", "[]", 0, 4));
    for (int i = 1; i < 400_000; i++) {
      many.append(',').append(entry("t" + i, "[]", 4L * i, 4L * i + 4));
    }
    List<Path> files =
        List.of(
            idx("idx", false), idx("gzip", true), sparse("large.npy", npy, npy.length + data),
            csv("line", "label,x\n", "1"), csv("rows", "label,x\n", "0,0\n"),
            csv("quotes", "label,x\n", "\"\n"),
            csv("some", "label,x\n", "0,0\n", 40 * MEBIBYTE),
            Files.write(folder.resolve("bomb.npz"), NpyBytes.deflated("x_train.npy", zeros)),
            tensors("large", "{" + entry("weight", "[1,52428800]", 0, data) + "}", 200, data),
            tensors("spaces", "{}", 100_000_000, 0),
            tensors("many", many + "}", many.length() + 1, 1_600_000));
    String[] names = files.stream().map(Path::toString).toArray(String[]::new);
    assertEquals(
        """
        idx refused
        gzip refused
        large.npy refused
        line refused
        rows refused
        quotes refused
        some refused
        bomb.npz refused
        large.safetensors refused
        spaces.safetensors refused
        many.safetensors refused
        """,
        Jvm.run(List.of("-Xmx64m"), Reader.class, names).out());
  }
}
