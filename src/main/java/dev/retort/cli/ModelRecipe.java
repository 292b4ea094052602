package dev.retort.cli;

import module java.base;
import dev.retort.format.Sha256;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command that makes a network, as its model file has it: the command's name, then a line {@code --name=value} for
 * each option that decides the bits of the network, given or not. A file among the values stands as the SHA-256 of its
 * contents, because where it is decides nothing; which samples the network was trained on is said beside the recipe.
 *
 * @param words the lines
 */
record ModelRecipe(List<String> words) {
  /** Key of the recipe in the metadata of a model file. */
  static final String KEY = "recipe";

  private static final String CONTENTS = "sha256:";

  /** Options that decide where from, where to, how fast and how loud, but no bits. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "--data", "--out", "--threads", "--json", "--quiet", "--runs", "--checkpoint-every",
          "--resume");

  /** The recipe of a command, with the values of its options. */
  static ModelRecipe of(CommandSpec command) {
    List<String> words = new ArrayList<>(List.of(command.name()));
    command.options().stream()
        .filter(option -> decides(option.longestName()) && !option.inherited())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(
            option ->
                values(option).forEach(value -> words.add(option.longestName() + "=" + value)));
    return new ModelRecipe(List.copyOf(words));
  }

  private static boolean decides(String option) {
    return !NEUTRAL.contains(option);
  }

  private static Stream<String> values(OptionSpec option) {
    Object value = option.getValue();
    return switch (value) {
      case null -> Stream.of();
      case Boolean flag -> flag ? Stream.of("true") : Stream.of();
      case Path file -> Stream.of(contents(file));
      case List<?> files when option.auxiliaryTypes()[0] == Path.class ->
          files.stream().map(file -> contents((Path) file));
      case List<?> sizes -> Stream.of(HiddenLayers.text(sizes));
      case Enum<?> name -> Stream.of(name.name().toLowerCase(Locale.ROOT));
      default -> Stream.of(value.toString());
    };
  }

  private static String contents(Path file) {
    if (file.toString().startsWith(CONTENTS)) {
      return file.toString(); // in a recipe that became another command's
    }
    try {
      return CONTENTS + Sha256.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The recipe of another command that has these values, and for the rest the values that this one has. */
  ModelRecipe as(String command, Map<String, Object> values) {
    CommandSpec other = Main.commandLine().getSubcommands().get(command).getCommandSpec();
    List<String> all = new ArrayList<>(List.of(command));
    for (String word : words.subList(1, words.size())) {
      String name = name(word);
      if (other.findOption(name) != null && !values.containsKey(name)) {
        all.add(word);
      }
    }
    values.forEach((name, value) -> all.add(name + "=" + value));
    return of(parse(all));
  }

  /** This recipe without some options that its network does not depend on. */
  ModelRecipe without(String... names) {
    Set<String> dropped = Set.of(names);
    return new ModelRecipe(words.stream().filter(word -> !dropped.contains(name(word))).toList());
  }

  private static String name(String word) {
    int end = word.indexOf('=');
    return end < 0 ? word : word.substring(0, end);
  }

  /**
   * The command with the values of this recipe.
   *
   * @param more words of options that decide no bits
   * @param files by the SHA-256 of their contents
   * @throws IllegalArgumentException if the recipe is not understood, or needs a file that is not there
   */
  CommandSpec command(List<String> more, Map<String, Path> files) {
    List<String> all = new ArrayList<>();
    for (String word : words) {
      String name = name(word);
      if (!all.isEmpty() && (!decides(name) || !name.startsWith("--"))) {
        throw new IllegalArgumentException("the recipe has no use for '" + word + "'");
      }
      all.add(withFile(word, files));
    }
    all.addAll(more);
    try {
      return parse(all);
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException("the recipe is not understood: " + e.getMessage(), e);
    }
  }

  private static CommandSpec parse(List<String> words) {
    return Main.commandLine()
        .setExpandAtFiles(false)
        .parseArgs(words.toArray(String[]::new))
        .subcommand()
        .commandSpec();
  }

  private static String withFile(String word, Map<String, Path> files) {
    int at = word.indexOf("=" + CONTENTS) + 1;
    if (at == 0) {
      return word;
    }
    String sha256 = word.substring(at + CONTENTS.length());
    if (!files.containsKey(sha256)) {
      throw new IllegalArgumentException(
          "the recipe has a file for " + name(word) + " whose SHA-256 is " + sha256
              + ": name it after --with");
    }
    return word.substring(0, at) + files.get(sha256);
  }

  /** {@return as a model file has it} */
  String text() {
    return String.join("\n", words);
  }
}
