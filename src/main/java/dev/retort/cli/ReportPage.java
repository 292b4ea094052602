package dev.retort.cli;

import dev.retort.Retort;
import dev.retort.train.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code report.html}: one file that needs nothing else, for light and dark screens. */
final class ReportPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
        padding: 0 1rem; }
      h1 { font-size: 1.5rem; }
      h2 { font-size: 1.1rem; margin-top: 2rem; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .15rem .9rem .15rem 0; text-align: right; }
      th:first-child, td:first-child { text-align: left; }
      tr + tr { border-top: 1px solid #8884; }
      svg { display: block; width: 100%; }
      svg.image { width: 7rem; fill: currentColor; border: 1px solid #8884; }
      text { font-size: 12px; fill: currentColor; }
      line { stroke: #8886; }
      polyline { fill: none; stroke-width: 2; }
      .s0 { fill: #4a86c5; stroke: #4a86c5; }
      .s1 { fill: #d9822b; stroke: #d9822b; }
      .s2 { fill: #3d9a5f; stroke: #3d9a5f; }
      .s3 { fill: #a569bd; stroke: #a569bd; }
      polyline.s0, polyline.s1, polyline.s2, polyline.s3 { fill: none; }
      rect { stroke: none !important; }
      """;

  private final StringBuilder html = new StringBuilder();

  ReportPage(String title) {
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <style>
        %2$s</style>
        </head>
        <body>
        <h1>%1$s</h1>
        """
            .formatted(escape(title), STYLE));
  }

  /** Text as HTML shows it, in elements and in attributes. */
  static String escape(String text) {
    return text
        .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        .replace("\"", "&quot;").replace("'", "&#39;");
  }

  /** The line of one part of a loss over the epochs. */
  static Svg.Series part(String part, String name, List<Epoch> epochs) {
    return new Svg.Series(name, epochs.stream().map(epoch -> epoch.parts().get(part)).toList());
  }

  void heading(String text) {
    html.append("<h2>").append(escape(text)).append("</h2>\n");
  }

  void paragraph(String text) {
    html.append("<p>").append(escape(text)).append("</p>\n");
  }

  void chart(String svg) {
    html.append(svg);
  }

  /** A table; the first row is its head. */
  void table(List<List<String>> rows) {
    html.append("<table>\n");
    String cell = "th";
    for (List<String> row : rows) {
      html.append("<tr>");
      for (String text : row) {
        html.append("<%1$s>%2$s</%1$s>".formatted(cell, escape(text)));
      }
      html.append("</tr>\n");
      cell = "td";
    }
    html.append("</table>\n");
  }

  /** What the command ran with: every option, given or not. */
  void settings(CommandSpec command) {
    heading("Settings");
    paragraph(
        "Retort %s, %s, threads: %d".formatted(
            Retort.version(), Retort.backend(), Retort.threads()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("option", "value"));
    for (OptionSpec option : command.options()) {
      if (option.getValue() != null && !option.inherited() && !option.usageHelp()) {
        rows.add(List.of(option.longestName(), option.getValue().toString()));
      }
    }
    table(rows);
  }

  /** Writes {@code folder/report.html}, whole or not at all. */
  void write(Path folder) throws IOException {
    ResultFile.replace(folder, "report.html", html + "</body>\n</html>\n");
  }
}
