package dev.retort.cli;

import module java.base;
import dev.retort.format.Sha256;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command that makes a network: its name, then a word {@code --name=value} for each option that decides the bits of
 * the network, given or not. A network is trained by its recipe, and its file has it, a word a line; there the SHA-256
 * of its contents stands for a file, because where it is decides nothing.
 *
 * @param words of the command line
 */
record ModelRecipe(List<String> words) {
  /** Key of the recipe in the metadata of a model file. */
  static final String KEY = "recipe";

  private static final String CONTENTS = "sha256:";

  /** Options that decide where from, where to, how fast and how loud, or of another network, but no bits. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "--data", "--out", "--threads", "--json", "--quiet", "--runs", "--checkpoint-every", "--resume",
          "--alone-rate", "--alone-decay");

  /** The recipe of a command, with the values of its options. */
  static ModelRecipe of(CommandSpec command) {
    return new ModelRecipe(words(command, Path::toString));
  }

  private static List<String> words(CommandSpec command, Function<Path, String> file) {
    Stream<String> options =
        command.options().stream()
            .filter(option -> !NEUTRAL.contains(option.longestName()) && !option.inherited())
            .sorted(Comparator.comparing(OptionSpec::longestName))
            .flatMap(option -> values(option, file).map(value -> option.longestName() + "=" + value));
    return Stream.concat(Stream.of(command.name()), options).toList();
  }

  private static Stream<String> values(OptionSpec option, Function<Path, String> file) {
    Object value = option.getValue();
    return switch (value) {
      case null -> Stream.of();
      case Boolean flag -> flag ? Stream.of("true") : Stream.of();
      case Path path -> Stream.of(file.apply(path));
      case List<?> paths when option.auxiliaryTypes()[0] == Path.class ->
          paths.stream().map(path -> file.apply((Path) path));
      case List<?> sizes -> Stream.of(HiddenLayers.text(sizes));
      case Enum<?> name -> Stream.of(name.name().toLowerCase(Locale.ROOT));
      default -> Stream.of(value.toString());
    };
  }

  /** The recipe of {@code retort train} that has these values, and for the rest those that this one has. */
  ModelRecipe train(Map<String, ?> values) {
    CommandSpec train = parse(List.of("train")).spec;
    List<String> all = new ArrayList<>(List.of("train"));
    words.stream()
        .filter(word -> train.findOption(name(word)) != null && !values.containsKey(name(word)))
        .forEach(all::add);
    values.forEach((name, value) -> all.add(name + "=" + value));
    return of(parse(all).spec);
  }

  private static String name(String word) {
    return word.substring(0, (word + "=").indexOf('='));
  }

  /** The command with the values of this recipe, and words of options that decide no bits. */
  TrainingCommand command(List<String> more) {
    return parse(Stream.concat(words.stream(), more.stream()).toList());
  }

  private static TrainingCommand parse(List<String> words) {
    TrainingCommand command = switch (words.getFirst()) {
      case "train" -> new TrainCommand();
      case "distill" -> new DistillCommand();
      default -> throw new IllegalArgumentException(
          "the recipe is of '" + words.getFirst() + "', which trains no network");
    };
    try {
      new CommandLine(command).setExpandAtFiles(false).setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(words.stream().skip(1).toArray(String[]::new));
      return command;
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException("the recipe is not understood: " + e.getMessage(), e);
    }
  }

  /** {@return as a model file has it} */
  String text() {
    return String.join("\n", words(parse(words).spec, ModelRecipe::contents));
  }

  private static String contents(Path file) {
    try {
      return CONTENTS + Sha256.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The recipe in a model file.
   *
   * @param files by the SHA-256 of their contents
   * @throws IllegalArgumentException if the recipe is not understood, or needs a file that is not there
   */
  static ModelRecipe read(String text, Map<String, Path> files) {
    List<String> words = List.of(text.split("\n", -1));
    for (String word : words.subList(1, words.size())) {
      if (NEUTRAL.contains(name(word)) || !word.startsWith("--")) {
        throw new IllegalArgumentException("the recipe has no use for '" + word + "'");
      }
    }
    return new ModelRecipe(words.stream().map(word -> withFile(word, files)).toList());
  }

  private static String withFile(String word, Map<String, Path> files) {
    int at = word.indexOf("=" + CONTENTS) + 1;
    if (at == 0) {
      return word;
    }
    String sha256 = word.substring(at + CONTENTS.length());
    if (!files.containsKey(sha256)) {
      throw new IllegalArgumentException(
          "the recipe has a file for " + name(word) + " whose SHA-256 is " + sha256 + ": name it after --with");
    }
    return word.substring(0, at) + files.get(sha256);
  }
}
