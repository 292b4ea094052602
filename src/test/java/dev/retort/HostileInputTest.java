package dev.retort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import module java.base;
import org.junit.jupiter.api.Test;

/**
 * The list of ways in which a file can be hostile: 1 to 31 safetensors, 32 to 43 NPY and NPZ, 44 to 53
 * IDX, 54 to 58 CSV. Each has a test with its number in its name.
 */
class HostileInputTest {
  private static final int LAST = 58;
  private static final Pattern TEST = Pattern.compile("@Test\\R *void hostile(\\d\\d)\\w+\\(");

  private static SortedSet<Integer> numbers(String source) {
    SortedSet<Integer> numbers = new TreeSet<>();
    TEST.matcher(source).results().forEach(found -> numbers.add(Integer.valueOf(found.group(1))));
    return numbers;
  }

  @Test
  void everyWayHasATest() throws IOException {
    SortedSet<Integer> all = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.addAll(numbers(Files.readString(file)));
      }
    }
    assertEquals(IntStream.rangeClosed(1, LAST).boxed().toList(), all.stream().toList());
  }

  @Test
  void aMissingTestIsSeen() {
    assertEquals(1, numbers("  @Test\n  void hostile07Something() {").size());
    assertFalse(numbers("  // @Test void hostile07Something() {").contains(7));
  }
}
