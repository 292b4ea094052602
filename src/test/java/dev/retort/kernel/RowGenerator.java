package dev.retort.kernel;

import module java.base;

/**
 * Writes the kernel's files that repeat steps over rows of logits: exponentials with the lanes of their
 * sums, and the reduction of lanes. No method of ours takes or returns a vector ({@link VectorExp}), so a
 * step is written out wherever it is used. To renew them:
 *
 * <pre>
 * java src/test/java/dev/retort/kernel/RowGenerator.java
 * </pre>
 */
final class RowGenerator {
  static final String NOTE = "// Written by RowGenerator in the test sources: change that, not this.\n\n";

  private RowGenerator() {}

  public static void main(String[] args) throws IOException {
    Generator.write(files());
  }

  /** {@return the files that are generated, with their text} */
  static Map<Path, String> files() {
    return Map.of(
        Generator.KERNEL.resolve("WideExponentials.java"), new ExponentialsGenerator().written(),
        Generator.KERNEL.resolve("LaneReduction.java"), new ReductionGenerator().written());
  }
}
