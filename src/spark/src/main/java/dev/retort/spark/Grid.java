package dev.retort.spark;

import module java.base;

/** Options with several values each, as the list of all combinations with one value each. */
final class Grid {
  /** What changes the student alone, so that one teacher serves all. */
  static final Set<String> NAMES =
      Set.of(
          "--temperature", "--hard-weight", "--soft-weight", "--student", "--epochs", "--distilled-rate",
          "--distilled-decay", "--loss", "--other-weight", "--top", "--seed");

  private static final Pattern COMMA = Pattern.compile(",");

  private Grid() {}

  /** Combinations: {@code --seed 1,2 --batch 50} are {@code --seed 1 --batch 50} and {@code --seed 2 --batch 50}. */
  static List<List<String>> of(List<String> arguments) {
    List<List<String>> grid = List.of(List.of());
    String name = "";
    for (String argument : arguments) {
      List<String> values = NAMES.contains(name) ? COMMA.splitAsStream(argument).toList() : List.of(argument);
      grid =
          grid.stream()
              .flatMap(start -> values.stream().map(value -> Stream.concat(start.stream(), Stream.of(value)).toList()))
              .toList();
      name = argument;
    }
    return grid;
  }

  /** A combination without its seed: combinations that differ in nothing else are one setting. */
  static List<String> withoutSeed(List<String> arguments) {
    int seed = arguments.indexOf("--seed");
    List<String> rest = new ArrayList<>(arguments);
    if (seed >= 0) {
      rest.subList(seed, seed + 2).clear();
    }
    return rest;
  }
}
