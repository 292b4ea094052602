package dev.retort.data;

import module java.base;

/**
 * The four IDX files of a data set, under whatever names they are passed around: {@code
 * train-images-idx3-ubyte}, {@code t10k-labels.idx1-ubyte}, {@code
 * emnist-letters-test-images-idx3-ubyte.gz} and so on, in a folder or one below it.
 */
final class IdxFiles {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<set>.*?)[-_]?(?<part>train|test|t10k)[-_](?<kind>images|labels)[-._]idx\\d-\\w+?"
              + "(?<gz>\\.gz)?");

  /** What the files of the set are, as errors call them, in their order. */
  private static final List<String> ROLES =
      List.of("train images", "train labels", "test images", "test labels");

  private IdxFiles() {}

  /**
   * Finds them: training images and labels, test images and labels. A plain file goes before a gzipped one of the same name.
   *
   * @param set what comes before {@code train-images}; empty for any
   * @throws DataException if there are none, some are missing, or there are several sets
   */
  static List<Path> find(Path folder, String set) {
    Map<String, Map<String, Path>> sets = new TreeMap<>();
    for (int depth = 1; depth <= 2 && sets.isEmpty(); depth++) {
      collect(folder, depth, set, sets);
    }
    List<Map.Entry<String, Map<String, Path>>> whole =
        sets.entrySet().stream().filter(each -> each.getValue().keySet().containsAll(ROLES)).toList();
    if (sets.isEmpty()) {
      throw new DataException(
          "no " + (set.isEmpty() ? "" : set + "-") + "train-images-idx3-ubyte or other data in "
              + folder + ": " + DataFiles.FORMS);
    }
    if (whole.isEmpty()) {
      Map.Entry<String, Map<String, Path>> first = sets.entrySet().iterator().next();
      List<String> missing = new ArrayList<>(ROLES);
      missing.removeAll(first.getValue().keySet());
      throw new DataException(
          "no " + String.join(", ", missing) + (first.getKey().isEmpty() ? "" : " of " + first.getKey()) + " in "
              + folder + ": " + DataFiles.FORMS);
    }
    if (whole.size() > 1) {
      List<String> names = whole.stream().map(Map.Entry::getKey).toList();
      throw new DataException(
          "several data sets in " + folder + ": " + String.join(", ", names) + "; choose one as "
              + folder.resolve(names.getFirst()));
    }
    return ROLES.stream().map(whole.getFirst().getValue()::get).toList();
  }

  private static void collect(
      Path folder, int depth, String set, Map<String, Map<String, Path>> sets) {
    try (Stream<Path> files = Files.find(folder, depth, (file, is) -> !is.isDirectory())) {
      for (Path file : files.sorted().toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && (set.isEmpty() || set.equals(name.group("set")))) {
          String part = name.group("part").equals("train") ? "train " : "test ";
          Path key = folder.relativize(file).resolveSibling(name.group("set"));
          Map<String, Path> found = sets.computeIfAbsent(key.toString(), k -> new HashMap<>());
          found.putIfAbsent(part + name.group("kind"), file); // sorted: plain before .gz
        }
      }
    } catch (UncheckedIOException e) {
      throw BoundedInput.unreadable(folder, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw BoundedInput.unreadable(folder, e);
    }
  }
}
