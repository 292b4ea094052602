package dev.retort.data;

import module java.base;
import dev.retort.format.AtomicFile;
import dev.retort.tensor.Tensor;

/**
 * NPZ, NumPy's zip file of {@link Npy} arrays. Names in it are only names: nothing is unpacked to the disk, and arrays
 * that are not asked for are passed over.
 */
public final class Npz {
  private static final String EXTENSION = ".npy";

  private Npz() {}

  /** The arrays of a file that are asked for by name, without extension; some may be missing. */
  static Map<String, DataArray> read(Path file, Collection<String> wanted) {
    return BoundedInput.open(file, in -> read(in, file.toString(), Files.size(file), wanted));
  }

  /** The same from an open file of {@code size} bytes. */
  static Map<String, DataArray> read(InputStream stream, String name, long size, Collection<String> wanted)
      throws IOException {
    Map<String, DataArray> arrays = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(stream)) {
      boolean isEmpty = true;
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; isEmpty = false) {
        String array = entry.getName().replaceFirst("\\.npy$", "");
        if (wanted.contains(array)) {
          DataArray read = Npy.parse(new BoundedInput(zip, name + ": " + entry.getName(), size, true));
          DataException.require(arrays.put(array, read) == null, name + ": the array " + array + " is there twice");
        }
        zip.closeEntry(); // reads on to its end, and checks its sum
      }
      DataException.require(!isEmpty, name + ": not an NPZ file: it is no zip file, or an empty one");
      return arrays;
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new DataException(name + ": the zip file is broken: " + e.getMessage(), e);
    }
  }

  /**
   * Writes arrays, compressed, little-endian float32 in C order; whole or not at all.
   *
   * @param file written, or written over
   * @param arrays by name, without extension; not modified
   * @throws IOException if it cannot be written; an old file is then as it was
   */
  public static void write(Path file, Map<String, Tensor> arrays) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, Tensor> array : new TreeMap<>(arrays).entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + EXTENSION);
            entry.setTime(0); // equal arrays give equal bytes
            zip.putNextEntry(entry);
            Npy.write(zip, array.getValue());
          }
          zip.finish();
        });
  }
}
