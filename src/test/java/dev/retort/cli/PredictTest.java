package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.IdxBytes;
import dev.retort.data.Npy;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict}: samples of every kind of file, and what is no sample. */
class PredictTest {
  @TempDir Path folder;

  private Path model;

  /** Of 4 x 4 pixels: class "left" adds those of the left half, class "right" those of the right. */
  @BeforeEach
  void saveModel() throws IOException {
    Tensor weight = Tensor.zeros(16, 2);
    for (int i = 0; i < 16; i++) {
      weight.set(i, i % 4 / 2, 1);
    }
    Network network =
        Network.of(List.of(new Dense(weight, Tensor.zeros(2), Activation.IDENTITY)));
    model = folder.resolve("halves.safetensors");
    Checkpoint.save(
        model, network,
        new ModelInfo(List.of("left", "right"), List.of(4, 4), 255, Map.of()));
  }

  /** An image, bright in the given half, as large as it is said. */
  private Path image(String name, int side, Color paper, Color ink, boolean right) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(paper);
    graphics.fillRect(0, 0, side, side);
    graphics.setColor(ink);
    graphics.fillRect(right ? side * 5 / 8 : side / 4, side / 4, side / 8, side / 2);
    graphics.dispose();
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private String answer(Path file) {
    String line = Cli.run("predict", model, file).output().strip();
    assertTrue(line.startsWith(file + "  "), line);
    return line.substring(file.toString().length() + 2, line.lastIndexOf(' '));
  }

  @Test
  void imagesOfAnySizeAndColourInkOnPaperOrNot() throws IOException {
    for (int side : new int[] {8, 40, 333}) {
      assertEquals("right", answer(image("a.png", side, Color.BLACK, Color.WHITE, true)));
      assertEquals("left", answer(image("b.png", side, Color.WHITE, Color.BLACK, false)));
      assertEquals("right", answer(image("c.png", side, Color.YELLOW, Color.BLUE, true)));
    }
  }

  @Test
  void arraysAndTablesAreManySamples() throws IOException {
    byte[] pixels = new byte[32];
    pixels[2] = (byte) 255;
    pixels[16] = (byte) 255;
    Path idx = folder.resolve("some-idx3-ubyte.gz");
    Files.write(idx, IdxBytes.gzip(IdxBytes.of(pixels, 2, 4, 4)));
    Path npy = folder.resolve("some.npy");
    Tensor floats = Tensor.zeros(2, 16);
    floats.set(0, 2, 1);
    floats.set(1, 0, 1);
    Npy.write(npy, floats);
    Path csv = folder.resolve("some.csv");
    Files.writeString(
        csv,
        """
        a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p
        0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0
        1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
        """);
    String probable = " " + "%.4f".formatted(1 / (1 + Math.exp(-1)));
    for (Path file : List.of(idx, npy, csv)) {
      assertEquals(
          file + "#0  right" + probable + "\n" + file + "#1  left" + probable + "\n",
          Cli.run("predict", model, file).output());
    }
    String json = Cli.run("predict", model, npy, "--json", "--top", "2").output();
    assertTrue(json.contains("\"name\" : \"right\""), json);
    assertEquals(4, json.split("\"probability\"", -1).length - 1, json);
  }

  @Test
  void whatIsNoSampleIsOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "hello");
    assertEquals(
        "retort: " + text + ": not an image that can be read, such as PNG",
        Cli.run("predict", model, text).error(Main.USAGE));
    Path cut = image("cut.png", 100, Color.BLACK, Color.WHITE, true);
    byte[] whole = Files.readAllBytes(cut);
    for (int size = 8; size < whole.length - 24; size += 7) {
      Files.write(cut, Arrays.copyOf(whole, size));
      Cli.Outcome outcome = Cli.run("predict", model, cut);
      assertTrue(outcome.error(Main.USAGE).startsWith("retort: " + cut + ": "), outcome.err());
    }
    for (int i = 16; i < 24; i++) { // width and height, 2^30 pixels and more among them
      byte[] changed = whole.clone();
      changed[i] = 0x7f;
      Files.write(cut, changed);
      assertEquals(Main.USAGE, Cli.run("predict", model, cut).code());
    }
    Path npy = folder.resolve("wide.npy");
    Npy.write(npy, Tensor.zeros(1, 17));
    assertEquals(
        "retort: " + npy + ": samples of 17 features, where the network takes 16",
        Cli.run("predict", model, npy).error(Main.USAGE));
    Tensor broken = Tensor.zeros(2, 16);
    broken.set(1, 3, Float.NaN);
    Npy.write(npy, broken);
    assertEquals(
        "retort: " + npy + ": feature 3 of sample 1 is NaN", Cli.run("predict", model, npy).error(Main.USAGE));
    broken.set(1, 2, -Float.MAX_VALUE);
    broken.set(1, 3, -Float.MAX_VALUE);
    Npy.write(npy, broken);
    assertEquals(
        "retort: " + npy + ": a logit of sample 1 is -Infinity: its features are too large",
        Cli.run("predict", model, npy).error(Main.USAGE));
    assertEquals(
        "retort: --top must be at least 1, not 0",
        Cli.run("predict", model, npy, "--top", "0").error(Main.USAGE));
  }
}
