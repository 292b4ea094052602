package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** Report and playground in a real browser, narrow and wide, light and dark. */
@EnabledIf("dev.retort.cli.Browser#isHere")
class PagesInBrowserTest {
  private static final Path PICTURES = Path.of("target", "screenshots");

  @TempDir static Path folder;

  private static Browser browser;
  private static TrainTest digits;
  private static PlaygroundServer server;

  @BeforeAll
  static void openBrowser() throws IOException {
    Cli.run(
            "distill", "--out", folder, "--teacher", "32", "--student", "16", "--teacher-epochs", 2,
            "--teacher-jitter", 0, "--epochs", 2)
        .output();
    digits = Digits.load();
    Playground playground =
        new Playground(
            List.of(
                new Playground.Named("teacher", model("teacher")),
                new Playground.Named("student alone", model("student-alone")),
                new Playground.Named("student distilled", model("student-distilled"))),
            digits.test());
    server = new PlaygroundServer(playground, 0);
    browser = new Browser();
  }

  /** Of the caller's own: the server may be answering with another. */
  private static Network model(String name) {
    return RunOptions.model(folder.resolve(name + ".safetensors"));
  }

  @AfterAll
  static void closeBrowser() {
    browser.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "400, light", "400, dark"})
  void reportIsWholeAndReadable(int width, String scheme) throws IOException {
    browser.requests();
    browser.open(folder.resolve("report.html").toUri().toString(), width, scheme);
    browser.picture(PICTURES.resolve("report-" + width + "-" + scheme + ".png"), width, 0);
    assertEquals(List.of(), browser.layoutFaults());
    assertEquals(List.of(), browser.accessibilityFaults());
    assertEquals(List.of(), browser.complaints());
    assertTrue(browser.requests().stream().allMatch(url -> url.startsWith("file:")));
    List<String> charts =
        browser.list("return [...document.querySelectorAll('figcaption')].map(e => e.textContent)");
    for (String chart :
        List.of(
            "Hard target", "T = 1", "T = 4", "T = 20", "Entropy of the soft targets",
            "Norm of the gradient", "Cross entropy with the labels", "Errors while training",
            "What the teacher adds to the loss", "Share of right answers", "Teacher",
            "Student alone", "Student distilled")) {
      assertTrue(charts.stream().anyMatch(c -> c.startsWith(chart)), () -> chart + ": " + charts);
    }
    assertEquals(
        List.of(),
        browser.list(
            "return [...document.querySelectorAll('figure:not(.confusion)')].filter(f =>"
                + " !f.querySelector('svg[role=img]').getAttribute('aria-label')"
                + " || !f.querySelector('details td')).map(f => f.textContent)"));
  }

  @Test
  void faultsOfAPageAreSeen() throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("bad.html"),
            "<html><body style='width:900px'><figure><svg viewBox='0 0 100 50' width='300'>"
                + "<text x='90' y='20'>much too long</text><text x='88' y='22'>over it</text></svg>"
                + "</figure><img src='https://example.invalid/x.png'><p style='color:#ccc'>pale</p>"
                + "<script>console.error('it hurts')</script>");
    browser.requests();
    browser.complaints();
    browser.open(page.toUri().toString(), 400, "light");
    String layout = String.join("\n", browser.layoutFaults());
    for (String fault : List.of("cut: much", "overlap: much", "beyond the edge", "the page is 9")) {
      assertTrue(layout.contains(fault), layout);
    }
    String access = String.join("\n", browser.accessibilityFaults());
    assertTrue(access.contains("color-contrast") && access.contains("image-alt"), access);
    assertTrue(browser.complaints().stream().anyMatch(c -> c.contains("it hurts")));
    assertTrue(browser.requests().contains("https://example.invalid/x.png"));
  }

  private static void openPlayground(int width, String scheme) {
    browser.requests();
    browser.complaints();
    browser.open(server.address(), width, scheme);
    awaitAnswer();
  }

  /** Until every question that was asked is answered. */
  private static void awaitAnswer() {
    browser.await("!asking && document.body.dataset.answers > 0");
  }

  private static void assertQuiet() {
    assertEquals(List.of(), browser.complaints());
    List<String> requests = browser.requests();
    assertTrue(requests.contains(server.address() + "answer"), requests::toString);
    assertTrue(
        requests.stream().allMatch(url -> url.startsWith(server.address()) || url.equals("data:,")),
        requests::toString);
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "400, light", "400, dark"})
  void playgroundIsWholeAndReadable(int width, String scheme) throws IOException {
    openPlayground(width, scheme);
    browser.picture(PICTURES.resolve("playground-" + width + "-" + scheme + ".png"), width, 0);
    assertEquals(List.of(), browser.layoutFaults());
    assertEquals(List.of(), browser.accessibilityFaults());
    assertQuiet();
  }

  /** A column of the numbers under a chart. */
  private static double[] numbers(String chart, String column) {
    List<String> cells =
        browser.list(
            "const f = [...document.querySelectorAll('figure')].find(f =>"
                + " f.querySelector('figcaption').textContent.startsWith('" + chart + "'));"
                + "const rows = [...f.querySelectorAll('tr')];"
                + "const at = [...rows[0].cells].findIndex(c => c.textContent === '" + column + "');"
                + "return rows.slice(1).map(r => r.cells[at].textContent);");
    return cells.stream().mapToDouble(Double::parseDouble).toArray();
  }

  private static void slide(String id, double value) {
    browser.driver.executeScript(
        "const s = document.getElementById(arguments[0]); s.value = arguments[1];"
            + "s.dispatchEvent(new Event('input', {bubbles: true}));",
        id, value);
    awaitAnswer();
  }

  private static double[] row(Tensor tensor) {
    float[] values = tensor.toArray();
    double[] row = new double[values.length];
    Arrays.setAll(row, i -> values[i]);
    return row;
  }

  @Test
  void slidersMoveTheNumbersOfTheLibrary() {
    openPlayground(1280, "light");
    int sample = 398;
    WebElement field = browser.driver.findElement(By.id("sample"));
    field.clear();
    field.sendKeys(Integer.toString(sample));
    Tensor x = digits.test().features(sample, sample + 1);
    Tensor v = Tensor.of(model("teacher").forward(x).toArray(), 1, 10);
    Tensor z = Tensor.of(model("student-distilled").forward(x).toArray(), 1, 10);
    for (double t : new double[] {1.5, 7, 20}) {
      slide("temperature", t);
      SoftTargets p = SoftTargets.fromLogits(v, t);
      SoftTargets q = SoftTargets.fromLogits(z, t);
      String chart = "Probabilities at T = " + Scale.number(t);
      for (int j = 0; j < 10; j++) {
        assertEquals(p.get(0, j), numbers(chart, "teacher")[j], 1e-6);
        assertEquals(q.get(0, j), numbers(chart, "student distilled")[j], 1e-6);
      }
    }
    double[] logits = numbers("Logits", "teacher");
    for (int j = 0; j < 10; j++) {
      assertEquals(row(v)[j], logits[j], 1e-6 * Math.max(1, Math.abs(logits[j])));
    }
    slide("hardWeight", 0.5);
    slide("softWeight", 0.25);
    double t = 20;
    int label = digits.test().labels()[sample];
    SoftTargets q1 = SoftTargets.fromLogits(z, 1);
    SoftTargets p = SoftTargets.fromLogits(v, t);
    SoftTargets q = SoftTargets.fromLogits(z, t);
    String gradient = "Gradient on the logits of the student distilled";
    for (int j = 0; j < 10; j++) {
      double hard = 0.5 * (q1.get(0, j) - (j == label ? 1 : 0));
      double soft = 0.25 * t * (q.get(0, j) - p.get(0, j));
      assertEquals(hard, numbers(gradient, "hard part")[j], 1e-6);
      assertEquals(soft, numbers(gradient, "soft part")[j], 1e-6);
      assertEquals(hard + soft, numbers(gradient, "sum")[j], 2e-6);
      assertEquals(soft / (t * t), numbers("Its soft part", "without T²")[j], 1e-6);
    }
    assertQuiet();
  }

  private static String answer() {
    awaitAnswer();
    return browser.driver.findElement(By.id("answer")).getText();
  }

  @Test
  void aDigitDrawnWithTheMouseIsRecognised() {
    openPlayground(1280, "light");
    WebElement pad = browser.driver.findElement(By.id("pad"));
    // A 7, small and in a corner.
    new Actions(browser.driver)
        .moveToElement(pad, -110, -100).clickAndHold()
        .moveByOffset(30, 0).moveByOffset(30, 0)
        .moveByOffset(-12, 30).moveByOffset(-13, 40).release()
        .perform();
    assertTrue(answer().startsWith("Teacher: 7,"), answer());
    assertTrue(
        browser.driver.findElement(By.cssSelector("#seen svg")).getAttribute("aria-label")
            .equals("the drawing, centred"));
    browser.driver.findElement(By.id("clear")).click();
    awaitAnswer();
    assertTrue(
        browser.driver.findElement(By.cssSelector("#seen svg")).getAttribute("aria-label")
            .startsWith("test image"));
    assertQuiet();
  }

  @Test
  void theKeyboardAloneDrawsAndMovesSliders() {
    openPlayground(1280, "light");
    Actions keys = new Actions(browser.driver).sendKeys(Keys.TAB, " ");
    for (int i = 0; i < 30; i++) {
      keys.sendKeys(Keys.ARROW_DOWN);
    }
    keys.sendKeys(" ").perform();
    assertTrue(answer().startsWith("Teacher: 1,"), answer());
    Actions tabs = new Actions(browser.driver);
    for (int i = 0; i < 6; i++) {
      tabs.sendKeys(Keys.TAB);
    }
    tabs.sendKeys(Keys.ARROW_RIGHT).perform();
    awaitAnswer();
    assertEquals("4.1", browser.driver.findElement(By.id("temperatureValue")).getText());
    assertEquals(10, numbers("Probabilities at T = 4.1", "teacher").length);
    assertQuiet();
  }

  @Test
  void aFingerDraws() {
    openPlayground(400, "light");
    Number x = (Number) browser.driver.executeScript("return pad.getBoundingClientRect().left + 140");
    Number y = (Number) browser.driver.executeScript("return pad.getBoundingClientRect().top + 40");
    touch("touchStart", x.doubleValue(), y.doubleValue());
    for (int i = 1; i <= 10; i++) {
      touch("touchMove", x.doubleValue(), y.doubleValue() + 20 * i);
    }
    browser.driver.executeCdpCommand(
        "Input.dispatchTouchEvent", Map.of("type", "touchEnd", "touchPoints", List.of()));
    assertTrue(answer().startsWith("Teacher: 1,"), answer());
    assertQuiet();
  }

  private static void touch(String type, double x, double y) {
    browser.driver.executeCdpCommand(
        "Input.dispatchTouchEvent",
        Map.of("type", type, "touchPoints", List.of(Map.of("x", x, "y", y))));
  }

  @Test
  void whatCannotBeComputedIsSaid() {
    openPlayground(400, "light");
    slide("hardWeight", 0);
    browser.driver.executeScript(
        "const s = document.getElementById('softWeight'); s.value = 0;"
            + "s.dispatchEvent(new Event('input', {bubbles: true}));");
    browser.await("document.getElementById('problem').textContent !== ''");
    assertEquals(
        "Hard weight and soft weight are both 0: nothing to learn.",
        browser.driver.findElement(By.id("problem")).getText());
  }

  @Test
  void everyEquationOfTheStepsIsInTheNotes() {
    openPlayground(1280, "light");
    List<String> links =
        browser.list("return [...document.querySelectorAll('#steps a')].map(a => a.href)");
    assertTrue(links.size() > 10);
    browser.open(server.address() + "notes", 1280, "light");
    List<String> ids =
        browser.list("return [...document.querySelectorAll('section[id]')].map(s => s.id)");
    for (String link : links) {
      assertTrue(ids.contains(link.substring(link.indexOf('#') + 1)), link);
    }
  }
}
