package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checked-in files are what {@link TileGenerator} and {@link RowGenerator} write. */
final class GeneratedFilesTest {
  private static List<Path> stale(Map<Path, String> files) throws IOException {
    List<Path> stale = new ArrayList<>();
    for (var file : files.entrySet()) {
      if (!Files.readString(file.getKey()).equals(file.getValue())) {
        stale.add(file.getKey());
      }
    }
    return stale;
  }

  @Test
  void theGeneratedFilesAreUpToDate() throws IOException {
    assertEquals(List.of(), stale(TileGenerator.files()), "run TileGenerator, see its javadoc");
    assertEquals(List.of(), stale(RowGenerator.files()), "run RowGenerator, see its javadoc");
  }

  @Test
  void anEditedFileIsNoticed(@TempDir Path folder) throws IOException {
    Path edited = Files.writeString(folder.resolve("Tile.java"), "final class Tile {}");
    assertEquals(List.of(edited), stale(Map.of(edited, "final class Tile { }")));
  }
}
