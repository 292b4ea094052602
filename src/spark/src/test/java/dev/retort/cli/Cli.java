package dev.retort.cli;

import module java.base;

/** The command line of one machine, in this process. */
public final class Cli {
  private static final Pattern DISTILLED =
      Pattern.compile("\"studentDistilled\".*\"modelSha256\" : \"(\\w+)\"", Pattern.DOTALL);

  private Cli() {}

  /** The SHA-256 of the distilled student of {@code retort distill} with its results in a folder. */
  public static String distill(Path out, String... options) throws Exception {
    String[] args = new String[options.length + 3];
    args[0] = "distill";
    args[1] = "--out";
    args[2] = out.toString();
    System.arraycopy(options, 0, args, 3, options.length);
    StringWriter errors = new StringWriter();
    int code = Main.run(args, new PrintWriter(new StringWriter()), new PrintWriter(errors));
    if (code != 0) {
      throw new AssertionError(errors.toString());
    }
    Matcher found = DISTILLED.matcher(Files.readString(out.resolve("result.json")));
    if (!found.find()) {
      throw new AssertionError("no modelSha256 in result.json");
    }
    return found.group(1);
  }
}
