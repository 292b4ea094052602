package dev.retort.cli;

import module java.base;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium: what a page looks like, asks for, complains of and how accessible it is. */
final class Browser implements AutoCloseable {
  /** Chromium and its driver on the path, or not. */
  private static final Optional<Path> BROWSER =
      onPath("chromium", "chromium-browser", "google-chrome");
  private static final Optional<Path> DRIVER = onPath("chromedriver");

  private static final Pattern REQUEST =
      Pattern.compile("\"Network.requestWillBeSent\".*?\"request\":\\{.*?\"url\":\"([^\"]*)\"");

  /** Texts of a drawing that leave it or meet another one, and boxes that leave the page. */
  private static final String LAYOUT =
      """
      const faults = [];
      const name = e => (e.textContent || e.tagName).trim().slice(0, 40);
      const root = document.documentElement;
      if (root.scrollWidth > root.clientWidth) faults.push('the page is ' + root.scrollWidth + ' wide');
      for (const svg of document.querySelectorAll('figure > svg')) {
        const frame = svg.getBoundingClientRect();
        const size = 12 * frame.width / svg.viewBox.baseVal.width;
        if (size < 9) faults.push('text of ' + size + ' px in ' + svg.getAttribute('aria-label'));
        const texts = [...svg.querySelectorAll('text')].map(e => [e, e.getBoundingClientRect()]);
        texts.forEach(([e, a], i) => {
          if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1
              || a.bottom > frame.bottom + 1) faults.push('cut: ' + name(e));
          for (const [f, b] of texts.slice(i + 1)) {
            if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4) {
              faults.push('overlap: ' + name(e) + ' | ' + name(f));
            }
          }
        });
      }
      for (const e of document.querySelectorAll('body *')) {
        const box = e.getBoundingClientRect();
        if (box.width > 0 && box.right > root.clientWidth + 1 && !e.closest('.scroll, details, svg')) {
          faults.push('beyond the edge: ' + e.tagName + ' ' + name(e));
        }
      }
      return faults;
      """;

  private static final String AXE =
      """
      const done = arguments[arguments.length - 1];
      axe.run().then(result => done(result.violations
          .filter(v => v.impact === 'serious' || v.impact === 'critical')
          .map(v => v.id + ': ' + v.nodes[0].html)));
      """;

  final ChromeDriver driver;

  Browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.orElseThrow().toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.orElseThrow().toFile())
            .build();
    driver = new ChromeDriver(service, options);
  }

  /** Whether there is one; says so in one line if not. */
  static boolean isHere() {
    boolean here = BROWSER.isPresent() && DRIVER.isPresent();
    if (!here) {
      System.err.println(
          "NO BROWSER: chromium and chromedriver are not on the path, so pages are NOT TESTED"
              + " (Debian: apt-get install chromium chromium-driver)");
    }
    return here;
  }

  private static Optional<Path> onPath(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Shows a page to a screen of that width. */
  void open(String url, int width, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    driver.get(url);
  }

  /** Waits until an expression of the page is true. */
  void await(String condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!Boolean.TRUE.equals(driver.executeScript("return " + condition))) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not: " + condition);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** What a script returns as a list of texts. */
  @SuppressWarnings("unchecked")
  List<String> list(String script) {
    return (List<String>) driver.executeScript(script);
  }

  List<String> layoutFaults() {
    return list(LAYOUT);
  }

  /** Accessibility rules that are broken, those of serious or critical impact. */
  @SuppressWarnings("unchecked")
  List<String> accessibilityFaults() throws IOException {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    }
    return (List<String>) driver.executeAsyncScript(AXE);
  }

  /** What was written on the console since the last call, warnings and worse. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The addresses asked for since the last call, in order. */
  List<String> requests() {
    List<String> urls = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      Matcher request = REQUEST.matcher(entry.getMessage());
      if (entry.getMessage().contains("Network.requestWillBeSent\"") && request.find()) {
        urls.add(request.group(1));
      }
    }
    return urls;
  }

  /** The page as a picture, down to a height, or whole if that is 0. */
  void picture(Path file, int width, int most) throws IOException {
    Number height = (Number) driver.executeScript("return document.documentElement.scrollHeight");
    double shown = most == 0 ? height.doubleValue() : Math.min(most, height.doubleValue());
    Map<String, Object> png =
        driver.executeCdpCommand(
            "Page.captureScreenshot",
            Map.of(
                "format", "png", "captureBeyondViewport", true,
                "clip", Map.of("x", 0, "y", 0, "width", width, "height", shown, "scale", 1)));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode((String) png.get("data")));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
