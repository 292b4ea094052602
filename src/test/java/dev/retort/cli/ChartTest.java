package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Charts: sound markup that shows its numbers, and pages from templates. */
class ChartTest {
  private static final List<String> THREE = List.of("0", "1", "2");

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml.replace("&nbsp;", " "))));
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  /** The bars of a chart, without the keys of its legend. */
  private static List<Element> bars(Document chart) {
    NodeList all = chart.getElementsByTagName("rect");
    return IntStream.range(0, all.getLength())
        .mapToObj(i -> (Element) all.item(i))
        .filter(bar -> bar.hasAttribute("x"))
        .toList();
  }

  @Test
  void namesAreTextAndNotMarkup() throws Exception {
    assertEquals("a&amp;b&lt;c&gt;&quot;d&#39;", Html.escape("a&b<c>\"d'"));
    String name = "<script>alert('&')</script>";
    Scale scale = Scale.linear(name, 0, 1);
    Chart.Series series = new Chart.Series(name, new double[] {1});
    Document chart =
        parse(Chart.lines(name, scale, scale, new double[] {1}, List.of(series, series)));
    assertEquals(0, chart.getElementsByTagName("script").getLength());
    assertTrue(chart.getDocumentElement().getTextContent().contains(name));
    chart = parse(Chart.image(new float[] {1}, 1, name));
    assertTrue(chart.getDocumentElement().getAttribute("aria-label").contains(name));
  }

  @Property(tries = 200)
  void linesStayInTheirFrame(
      @ForAll @Size(max = 30) List<@DoubleRange(min = -1e6, max = 1e6) Double> values,
      @ForAll boolean logarithmic)
      throws Exception {
    double[] all = values.stream().mapToDouble(v -> v).toArray();
    double[] xs = IntStream.rangeClosed(1, Math.max(2, all.length)).asDoubleStream().toArray();
    Scale y = logarithmic ? Scale.logarithmic("y", all) : Scale.linear("y", -1e6, 1e6);
    Document chart =
        parse(
            Chart.lines(
                "t", Scale.linear("x", 1, xs.length), y, xs, List.of(new Chart.Series("a", all))));
    Element line = (Element) chart.getElementsByTagName("polyline").item(0);
    Scanner numbers =
        new Scanner(line.getAttribute("points")).useDelimiter("[ ,]").useLocale(Locale.ROOT);
    for (int i = 0; i < all.length; i++) {
      double px = numbers.nextDouble();
      double py = numbers.nextDouble();
      assertTrue(px >= 52 && px <= 388 && py >= 10 && py <= 190, line.getAttribute("points"));
    }
    assertTrue(!numbers.hasNext() || all.length == 0);
  }

  @Test
  void barsAreAsHighAsTheirNumbersAndHangBelowZero() throws Exception {
    Document chart =
        parse(
            Chart.bars(
                "t", "x", THREE, Scale.linear("y", -1, 1),
                List.of(new Chart.Series("a", new double[] {0.25, 1, -0.5}))));
    double full = 180 / 2.0;
    List<Element> bars = bars(chart);
    double[] heights = {0.25 * full, full, 0.5 * full};
    double zero = 10 + full;
    double[] tops = {zero - 0.25 * full, 10, zero};
    for (int i = 0; i < 3; i++) {
      assertEquals(heights[i], number(bars.get(i), "height"), 0.051);
      assertEquals(tops[i], number(bars.get(i), "y"), 0.051);
    }
  }

  @Test
  void numbersAndWordsOfAChartAreThere() throws Exception {
    Document chart =
        parse(
            Chart.bars(
                "Probabilities", "class", THREE, Scale.linear("p", 0, 1),
                List.of(
                    new Chart.Series("a", new double[] {0.12345678, 0.5, 0}),
                    new Chart.Series("b", new double[] {1e-9, 0.25, 1}))));
    String text = chart.getDocumentElement().getTextContent();
    for (String part : List.of("Probabilities", "0.12345678", "1e-9", "0.25", "class", "a", "b")) {
      assertTrue(text.contains(part), () -> part + " in " + text);
    }
    NodeList drawings = chart.getElementsByTagName("svg");
    String spoken = ((Element) drawings.item(drawings.getLength() - 1)).getAttribute("aria-label");
    assertEquals(
        "Bar chart: Probabilities. a from 0.1235 to 0, highest at class 1 with 0.5;"
            + " b from 1e-9 to 1, highest at class 2 with 1.",
        spoken);
  }

  @Test
  void aConfusionMatrixHasEveryCount() throws Exception {
    int[][] counts = {{7, 0, 1}, {0, 5, 0}, {2, 0, 9}};
    NodeList cells = parse(EvaluationFigures.confusion("t", counts)).getElementsByTagName("td");
    List<String> shown =
        IntStream.range(0, cells.getLength())
            .mapToObj(i -> (Element) cells.item(i))
            .map(cell -> cell.getTextContent() + cell.getAttribute("class") + cell.getAttribute("style"))
            .toList();
    assertEquals(
        List.of("7right", "0", "1wrong--share:22%", "0", "5right", "0", "2wrong--share:40%", "0", "9right"), shown);
  }

  @Property
  void stepsAreRoundAndFew(
      @ForAll @DoubleRange(min = 1, max = 10) double digits,
      @ForAll @IntRange(min = -6, max = 6) int power,
      @ForAll @IntRange(min = 2, max = 9) int count) {
    double end = digits * Math.pow(10, power);
    double step = Scale.step(end, count);
    assertTrue(step * count >= end, Double.toString(step));
    double digit = step / Math.pow(10, Math.floor(Math.log10(step) + 1e-9));
    assertTrue(List.of(1L, 2L, 5L, 10L).contains(Math.round(digit)), Double.toString(step));
    assertEquals(Math.rint(digit), digit, 1e-6);
    assertTrue(end / step > count / 2.6, Double.toString(step));
  }

  @Property
  void ticksAreInTheRangeRisingAndFew(
      @ForAll @DoubleRange(min = 1, max = 10) double digits,
      @ForAll @IntRange(min = -9, max = 9) int power,
      @ForAll @DoubleRange(min = 1.5, max = 1e6) double ratio, @ForAll boolean logarithmic) {
    double low = digits * Math.pow(10, power);
    double[] ends = {low, low * ratio};
    Scale scale =
        logarithmic ? Scale.logarithmic("y", ends) : Scale.linear("y", low, low * ratio);
    double[] ticks = scale.ticks(7).stream().mapToDouble(t -> t).toArray();
    assertTrue(ticks.length >= 1 && ticks.length <= 9, Arrays.toString(ticks));
    for (int i = 0; i < ticks.length; i++) {
      assertTrue(ticks[i] >= scale.low() * (1 - 1e-9) && ticks[i] <= scale.high() * (1 + 1e-9));
      assertTrue(i == 0 || ticks[i] > ticks[i - 1]);
      assertTrue(scale.at(ticks[i]) >= 0 && scale.at(ticks[i]) <= 1);
    }
  }

  @Test
  void numbersAsPeopleWriteThem() {
    Map<Double, String> expected =
        Map.of(
            0.0, "0", 4.0, "4", 2.5, "2.5", 1234567.0, "1235000", 0.000123456, "0.0001235",
            1.25e-7, "1.25e-7", -3e12, "-3e12", Double.POSITIVE_INFINITY, "Infinity");
    expected.forEach((value, text) -> assertEquals(text, Scale.number(value)));
    assertEquals("0.12345679", Scale.precise(0.123456789));
  }

  @Test
  void aPageWithAnEmptySlotOrOneTooManyIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Html.page("notes.html", Map.of("nonce", "1")));
    assertThrows(
        IllegalArgumentException.class,
        () -> Html.page("notes.html", Map.of("nonce", "1", "sections", "", "extra", "")));
    assertTrue(Html.page("notes.html", Map.of("nonce", "1", "sections", "$1")).contains("$1"));
  }
}
