package dev.retort.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Environment variables by which native libraries choose their kernels and threads. A benchmark sets
 * threads itself; what else is set can only hold a peer below its best, such as {@code
 * OPENBLAS_CORETYPE=Haswell} on a processor with wider vectors.
 */
final class NativeLibraryEnvironment {
  private static final List<String> PREFIXES =
      List.of("OPENBLAS_", "GOTO_", "MKL_", "OMP_", "GOMP_", "KMP_", "ATEN_", "ONEDNN_", "DNNL_");

  /** Keeps threads of OpenMP from spinning against each other. */
  private static final String WAIT = "OMP_WAIT_POLICY";

  private NativeLibraryEnvironment() {}

  /** Those that are set, with their values. */
  static Map<String, String> in(Map<String, String> environment) {
    Map<String, String> set = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (!name.equals(WAIT) && PREFIXES.stream().anyMatch(name::startsWith)) {
            set.put(name, value);
          }
        });
    return set;
  }

  /** Removes them, and has threads of OpenMP wait without spinning. */
  static void clear(Map<String, String> environment) {
    environment.keySet().removeAll(in(environment).keySet());
    environment.put(WAIT, "PASSIVE");
  }

  /** One line for whoever measures peers under them; empty if none is set. */
  static String warning(Map<String, String> environment) {
    Map<String, String> set = in(environment);
    return set.isEmpty()
        ? ""
        : "warning: " + set + " may hold peers below their best, measure with: env -u "
            + String.join(" -u ", set.keySet()) + " java ...";
  }
}
