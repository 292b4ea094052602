package dev.retort.bench;

import module java.base;

/**
 * Cases of one benchmark that an implementation measures in one JVM, as one JVM trains all layers of a network: what
 * the compiler has learned from one shape it uses for the next.
 *
 * @param section the table's heading, which several groups may share; each unit has a table
 * @param implementations who takes part, the engine first
 * @param command JMH's: the benchmark and its parameters
 */
record Group(String section, List<Unit> units, int threads, List<String> implementations, String command) {
  static final String OURS = "vector";

  /** Hand-written C: a limit, not a peer. */
  static final String C = "c";

  /**
   * The groups of a file of that name among the resources, before them the machine's limits on as many threads.
   *
   * @param only part of a heading
   * @param quick takes the last group of each heading, of its parameters the last values, and nothing that takes long
   * @param present who can take part
   */
  static List<Group> selection(String name, String only, boolean quick, List<String> present, int cores) {
    List<Group> groups = Data.resource(name + ".txt").lines()
            .filter(line -> !line.startsWith("#") && (cores > 1 || !line.contains("threads=all")))
            .map(line -> of(quick ? line.replaceAll("=\\S*,", "=") : line, present, cores))
            .filter(group -> group.section.contains(only) && !(quick && group.isLong())).toList();
    if (quick) {
      groups = List.copyOf(groups.stream()
          .collect(Collectors.toMap(Group::section, group -> group, (_, last) -> last, LinkedHashMap::new)).values());
    }
    Stream<Group> limits = groups.stream().map(Group::threads).distinct().flatMap(threads -> Stream.of(
        new Group("limits", List.of(), threads, List.of("fma"), "Limits -p size=24576 -t " + threads),
        new Group("limits", List.of(), threads, List.of("read"), "Limits -t " + threads)));
    return Stream.concat(limits, groups.stream()).toList();
  }

  /** A line of a selection. */
  static Group of(String line, List<String> present, int cores) {
    String[] parts = line.split(" \\| ", -1);
    int threads = line.contains("threads=all") ? cores : 1;
    return new Group(parts[0] + (threads == 1 ? "" : ", " + threads + " threads"),
        Arrays.stream(parts[1].split(", ", -1)).map(Unit::of).toList(), threads,
        Arrays.stream(parts[2].split(" ", -1)).filter(present::contains).toList(),
        parts[3].replace("threads=all", "threads=" + threads));
  }

  List<String> peers() {
    return implementations.stream().filter(by -> !by.equals(OURS) && !by.equals(C)).toList();
  }

  /** Whether a single run takes so long that one round has to do. */
  boolean isLong() {
    return units.contains(Unit.SECONDS);
  }
}
