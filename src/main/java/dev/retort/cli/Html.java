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

  /** The derivation in NOTES.md as a page whose equations can be linked to. */
  static String notes(String nonce) {
    String sections =
        escape(resource("equations.md").replaceAll("<a id=\"e(\\d+)\"></a>\n", "\0$1\0"))
            .replaceAll("\0(\\d+)\0", "</pre></section>\n<section id='E$1'><pre>");
    return page("notes.html", Map.of("nonce", nonce, "sections", "<section><pre>" + sections + "</pre></section>\n"));
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
    String text = resource(template).replace("{{style}}", resource("page.css"));
    Set<String> names = SLOT.matcher(text).results().map(slot -> slot.group(1)).collect(Collectors.toSet());
    if (!names.equals(slots.keySet())) {
      throw new IllegalArgumentException(template + " has the slots " + names + ", not " + slots.keySet());
    }
    return SLOT.matcher(text).replaceAll(slot -> Matcher.quoteReplacement(slots.get(slot.group(1))));
  }
}
