package dev.retort.kernel;

// Written by TileGenerator in the test sources: change that, not this.

/** The register tile for a number of rows and a start. */
final class Tiles {
  private Tiles() {}

  /**
   * Computes a tile.
   *
   * @param rows 8, 6 or 4, or 0 for any number of rows by two vectors of packed columns
   * @param vectors of columns
   */
  static void tile(Product t, int rows, int vectors) {
    if (t.ss == 0) {
      switch (rows) {
        case 0 -> PackedTileShared.tile6x2(t);
        case 8 -> Tile8Shared.tile(t, vectors);
        case 6 -> Tile6Shared.tile(t, vectors);
        default -> Tile4Shared.tile(t, vectors);
      }
    } else {
      switch (rows) {
        case 0 -> PackedTile.tile6x2(t);
        case 8 -> Tile8.tile(t, vectors);
        case 6 -> Tile6.tile(t, vectors);
        default -> Tile4.tile(t, vectors);
      }
    }
  }
}
