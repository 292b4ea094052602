package dev.retort.kernel;

import module java.base;

/** A source file of the kernel, written line by line. */
abstract class Generator {
  static final Path KERNEL = Path.of("src/main/java/dev/retort/kernel");

  final StringBuilder text = new StringBuilder();

  static void write(Map<Path, String> files) throws IOException {
    for (var file : files.entrySet()) {
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // that annotation would be one more dependency
  final void line(String line, Object... args) {
    text.append(args.length == 0 ? line : line.formatted(args)).append('\n');
  }

  /** A multiple of something, where it is not 0. */
  static String times(String before, int factor, String of) {
    return factor == 0 ? "" : before + (factor == 1 ? of : factor + " * " + of);
  }
}
