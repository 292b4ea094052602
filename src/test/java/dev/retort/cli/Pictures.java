package dev.retort.cli;

import module java.base;
import dev.retort.data.Digits;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** README's pictures of the report and the playground, from the files that a distillation left. */
final class Pictures {
  private static final int WIDTH = 1200;

  private Pictures() {}

  /** The folder of the distillation, and the folder for the pictures. */
  public static void main(String[] args) throws Exception {
    Path from = Path.of(args[0]);
    Path to = Path.of(args[1]);
    Playground playground =
        new Playground(
            List.of(named(from, "teacher"), named(from, "student alone"), named(from, "student distilled")),
            Digits.load().test());
    try (PlaygroundServer server = new PlaygroundServer(playground, 0);
        Browser browser = new Browser()) {
      browser.open(from.resolve("report.html").toAbsolutePath().toUri().toString(), WIDTH, "light");
      browser.picture(to.resolve("report.png"), WIDTH, 790);
      browser.open(server.address(), WIDTH, "light");
      browser.await("!asking && document.body.dataset.answers > 0");
      drawSeven(browser);
      browser.await("!asking");
      browser.picture(to.resolve("playground.png"), WIDTH, 860);
    }
  }

  private static Playground.Named named(Path folder, String name) {
    Path file = folder.resolve(name.replace(' ', '-') + ".safetensors");
    return new Playground.Named(name, RunOptions.model(file));
  }

  private static void drawSeven(Browser browser) {
    WebElement pad = browser.driver.findElement(By.id("pad"));
    new Actions(browser.driver)
        .moveToElement(pad, -60, -70).clickAndHold()
        .moveByOffset(60, -4).moveByOffset(60, 2)
        .moveByOffset(-30, 60).moveByOffset(-25, 80).release()
        .moveToElement(pad, -25, 5).clickAndHold().moveByOffset(80, 0).release()
        .perform();
  }
}
