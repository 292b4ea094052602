package dev.retort.data;

import module java.base;

/**
 * The four IDX files of a data set, under whatever names they are passed around: {@code train-images-idx3-ubyte},
 * {@code t10k-labels.idx1-ubyte}, {@code emnist-letters-test-images-idx3-ubyte.gz} and so on, in a folder or one below
 * it.
 */
final class IdxFiles {
  /** MNIST's names for them. */
  static final List<String> NAMES =
      List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

  private static final Pattern NAME =
      Pattern.compile("(?<set>.*?)[-_]?(?<part>train|test|t10k)[-_](?<kind>images|labels)[-._]idx\\d-\\w+?(\\.gz)?");

  /** What they are, as errors call them, in the same order. */
  private static final List<String> ROLES = List.of("train images", "train labels", "test images", "test labels");

  private IdxFiles() {}

  /**
   * Finds them: training images and labels, test images and labels. A plain file goes before a gzipped one of the same
   * name.
   *
   * @param set what comes before {@code train-images}; empty for any
   * @throws DataException if there are none, some are missing, or there are several sets
   */
  static List<Path> find(Path folder, String set) {
    Map<String, Map<String, Path>> sets = new TreeMap<>();
    for (int depth = 1; depth <= 2 && sets.isEmpty(); depth++) {
      collect(folder, depth, set, sets);
    }
    String where = " in " + folder + ": " + DataFiles.FORMS;
    DataException.require(
        !sets.isEmpty(), "no " + (set.isEmpty() ? "" : set + "-") + NAMES.getFirst() + " or other data" + where);
    List<Map.Entry<String, Map<String, Path>>> whole =
        sets.entrySet().stream().filter(each -> each.getValue().keySet().containsAll(ROLES)).toList();
    if (whole.isEmpty()) {
      Map.Entry<String, Map<String, Path>> first = sets.entrySet().iterator().next();
      String missing = String.join(", ", ROLES.stream().filter(role -> !first.getValue().containsKey(role)).toList());
      throw new DataException("no " + missing + (first.getKey().isEmpty() ? "" : " of " + first.getKey()) + where);
    }
    if (whole.size() > 1) {
      List<String> names = whole.stream().map(Map.Entry::getKey).toList();
      throw new DataException(
          "several data sets in " + folder + ": " + String.join(", ", names) + "; choose one as "
              + folder.resolve(names.getFirst()));
    }
    return ROLES.stream().map(whole.getFirst().getValue()::get).toList();
  }

  private static void collect(Path folder, int depth, String set, Map<String, Map<String, Path>> sets) {
    List<Path> files =
        BoundedInput.naming(
            folder,
            _ -> {
              try (Stream<Path> all = Files.find(folder, depth, (_, is) -> !is.isDirectory())) {
                return all.sorted().toList(); // plain before .gz
              }
            });
    for (Path file : files) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches() && (set.isEmpty() || set.equals(name.group("set")))) {
        String role = (name.group("part").equals("train") ? "train " : "test ") + name.group("kind");
        String key = folder.relativize(file).resolveSibling(name.group("set")).toString();
        sets.computeIfAbsent(key, _ -> new HashMap<>()).putIfAbsent(role, file);
      }
    }
  }
}
