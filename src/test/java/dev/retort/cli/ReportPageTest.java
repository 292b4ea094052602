package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reports: sound markup, nothing from elsewhere, charts that show their numbers. */
class ReportPageTest {
  /** Anything that a browser would fetch. */
  private static final Pattern OUTSIDE =
      Pattern.compile("https?:|src=|href=|url\\(|@import|<script");

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static String page(Path out) throws Exception {
    return Files.readString(out.resolve("report.html"));
  }

  @Test
  void everyLongCommandThatTrainsLeavesOne(@TempDir Path data, @TempDir Path out)
      throws Exception {
    Cli.writeData(data);
    Cli.run(
            "distill", "--data", data, "--out", out, "--teacher", "6", "--student", "3",
            "--teacher-epochs", 3, "--epochs", 4)
        .output();
    String page = page(out);
    assertFalse(OUTSIDE.matcher(page).find());
    Document xml = parse(page.replaceAll("<!DOCTYPE.*|<meta.*", ""));
    NodeList lines = xml.getElementsByTagName("polyline");
    assertEquals(5, lines.getLength());
    for (int i = 0; i < 5; i++) {
      String points = lines.item(i).getAttributes().getNamedItem("points").getNodeValue();
      assertEquals(i == 0 ? 3 : 4, points.split(" ").length);
    }
    for (String text : List.of("36-6-4", "36-3-4", "--temperature", "student distilled")) {
      assertTrue(page.contains(text), text);
    }
    Cli.run("train", "--data", data, "--out", out, "--hidden", 3, "--epochs", 2).output();
    assertTrue(page(out).contains("36-3-4"));
  }

  @Test
  void namesAreTextAndNotMarkup() throws Exception {
    assertEquals("a&amp;b&lt;c&gt;&quot;d&#39;", ReportPage.escape("a&b<c>\"d'"));
    String name = "<script>alert('&')</script>";
    String svg = Svg.lines(name, name, List.of(new Svg.Series(name, List.of(1.0))));
    assertEquals(0, parse(svg).getElementsByTagName("script").getLength());
    assertTrue(parse(svg).getDocumentElement().getTextContent().contains(name));
  }

  @Property(tries = 200)
  void linesStayInTheirFrame(
      @ForAll List<@DoubleRange(max = 1e6) Double> values, @ForAll @IntRange(max = 3) int zeros)
      throws Exception {
    Svg.Series flat = new Svg.Series("flat", Collections.nCopies(zeros, 0.0));
    Document svg = parse(Svg.lines("t", "x", List.of(new Svg.Series("a", values), flat)));
    NodeList lines = svg.getElementsByTagName("polyline");
    String points = lines.item(0).getAttributes().getNamedItem("points").getNodeValue();
    Scanner numbers = new Scanner(points).useDelimiter("[ ,]").useLocale(Locale.ROOT);
    for (int i = 0; i < values.size(); i++) {
      double x = numbers.nextDouble();
      double y = numbers.nextDouble();
      assertTrue(x >= 56 && x <= 628 && y >= 34 && y <= 256, points);
    }
    assertFalse(numbers.hasNext());
    assertTrue(svg.getElementsByTagName("line").getLength() <= 6);
  }

  @Test
  void barsAreAsHighAsTheirNumbers() throws Exception {
    Document svg =
        parse(Svg.bars("t", "x", List.of(new Svg.Series("a", List.of(0.25, 1.0, 0.0)))));
    NodeList bars = svg.getElementsByTagName("rect");
    double[] heights = {0.25 * 222, 222, 0};
    for (int i = 0; i < heights.length; i++) {
      String height = bars.item(i).getAttributes().getNamedItem("height").getNodeValue();
      assertEquals(heights[i], Double.parseDouble(height), 0.051);
    }
  }

  @Property
  void ticksAreRoundAndFew(
      @ForAll @DoubleRange(min = 1, max = 10) double digits,
      @ForAll @IntRange(min = -6, max = 6) int power,
      @ForAll @IntRange(min = 2, max = 9) int count) {
    double end = digits * Math.pow(10, power);
    double tick = Svg.tick(end, count);
    assertTrue(tick * count >= end, Double.toString(tick));
    double digit = tick / Math.pow(10, Math.floor(Math.log10(tick) + 1e-9));
    assertTrue(List.of(1L, 2L, 5L, 10L).contains(Math.round(digit)), Double.toString(tick));
    assertEquals(Math.rint(digit), digit, 1e-6);
    assertTrue(end / tick > count / 2.6, Double.toString(tick));
  }
}
