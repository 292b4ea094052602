package dev.retort.cli;

import module java.base;

/** Pieces of pages, and pages out of templates. */
final class Html {
  private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");

  private Html() {}

  /** Text as HTML shows it, in elements and in attributes. */
  static String escape(String text) {
    return text
        .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        .replace("\"", "&quot;").replace("'", "&#39;");
  }

  /** Text with its first letter in upper case. */
  static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** A table of text; the first row is its head, the first cell of each row names the row. */
  static String table(List<List<String>> rows) {
    return tableOfHtml(rows.stream().map(row -> row.stream().map(Html::escape).toList()).toList());
  }

  /** The same of cells that are HTML. */
  static String tableOfHtml(List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<div class='scroll' tabindex='0'><table>\n<thead>");
    for (int i = 0; i < rows.size(); i++) {
      html.append(i == 1 ? "<tbody>\n<tr>" : "<tr>");
      for (int j = 0; j < rows.get(i).size(); j++) {
        String tag = i == 0 ? "th scope='col'" : j == 0 ? "th scope='row'" : "td";
        html.append('<').append(tag).append('>').append(rows.get(i).get(j))
            .append("</").append(tag, 0, 2).append('>');
      }
      html.append(i == 0 ? "</tr></thead>\n" : "</tr>\n");
    }
    return html.append(rows.size() > 1 ? "</tbody></table></div>\n" : "</table></div>\n").toString();
  }

  /** NOTES.md as a page whose equations can be linked to. */
  static String notes(String nonce) {
    StringBuilder html = new StringBuilder();
    for (String part : resource("NOTES.md").split("(?=<a id=\"e\\d+\"></a>)", -1)) {
      Matcher anchor = Pattern.compile("<a id=\"(e\\d+)\"></a>\\s*").matcher(part);
      String id = anchor.lookingAt() ? " id='" + anchor.group(1) + "'" : "";
      html.append("<section").append(id).append("><pre>")
          .append(escape(anchor.replaceFirst(""))).append("</pre></section>\n");
    }
    return page("notes.html", Map.of("nonce", nonce, "sections", html.toString()));
  }

  /** A file beside this class, as text. */
  static String resource(String name) {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A template with every {@code {{slot}}} filled; the slot {@code style} with the pages' style sheet.
   *
   * @throws IllegalArgumentException if a slot has no content or a content no slot
   */
  static String page(String template, Map<String, String> slots) {
    Set<String> filled = new HashSet<>();
    String page =
        SLOT.matcher(resource(template))
            .replaceAll(
                slot -> {
                  String name = slot.group(1);
                  filled.add(name);
                  String content = name.equals("style") ? resource("page.css") : slots.get(name);
                  if (content == null) {
                    throw new IllegalArgumentException(template + ": nothing for {{" + name + "}}");
                  }
                  return Matcher.quoteReplacement(content);
                });
    if (!filled.containsAll(slots.keySet())) {
      throw new IllegalArgumentException(template + " has no place for one of " + slots.keySet());
    }
    return page;
  }
}
