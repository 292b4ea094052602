package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jmh.annotations.Param;

/**
 * What {@code -prof gc} is to show: once compiled, a run of any {@link Timed} benchmark allocates
 * nothing. A JVM chooses its backend once, so each has a class of tests.
 */
abstract class Steady {
  private static final int RUNS = 50;

  /** On an idle machine a second is enough; a busy one gets this long to compile. */
  private static final double SECONDS = 30;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static byte[] kept;

  private final String backend;

  Steady(String backend) {
    this.backend = backend;
  }

  /** Whether the work comes to a point where many runs in a row allocate nothing. */
  private static boolean becomesSteady(Runnable run, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        run.run();
      }
      if (THREADS.getCurrentThreadAllocatedBytes() == before) {
        return true;
      }
    }
    return false;
  }

  @Test
  void workThatAllocatesIsNotSteady() {
    assertFalse(becomesSteady(() -> kept = new byte[16], 0.5));
  }

  @TestFactory
  Stream<DynamicTest> everyTimedBenchmark() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : new TreeSet<>(SmokeTest.all().values())) {
      Class<?> benchmark = named(name);
      if (Timed.class.isAssignableFrom(benchmark)) {
        for (Map<Field, Object> parameters : parameters(benchmark)) {
          String values = parameters.values().toString();
          tests.add(
              DynamicTest.dynamicTest(
                  benchmark.getSimpleName() + values, () -> assertSteady(benchmark, parameters)));
        }
      }
    }
    return tests.stream();
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All combinations of small sizes with whatever else a parameter can be. */
  private List<Map<Field, Object>> parameters(Class<?> benchmark) {
    List<Map<Field, Object>> all = List.of(Map.of());
    for (Field field : benchmark.getFields()) {
      Param param = field.getAnnotation(Param.class);
      if (param != null) {
        List<Map<Field, Object>> more = new ArrayList<>();
        for (Map<Field, Object> some : all) {
          for (Object value : values(field, param)) {
            Map<Field, Object> one = new LinkedHashMap<>(some);
            one.put(field, value);
            more.add(one);
          }
        }
        all = more;
      }
    }
    return all;
  }

  private List<?> values(Field field, Param param) {
    if (field.getType().isEnum()) {
      return Arrays.asList(field.getType().getEnumConstants());
    }
    if (field.getName().equals("by")) {
      return List.of(backend);
    }
    List<String> texts = Arrays.asList(Small.values(field.getName(), param.value()));
    return field.getType() == int.class ? texts.stream().map(Integer::valueOf).toList() : texts;
  }

  private static void assertSteady(Class<?> benchmark, Map<Field, Object> parameters)
      throws ReflectiveOperationException {
    Timed timed = (Timed) benchmark.getDeclaredConstructor().newInstance();
    for (Map.Entry<Field, Object> parameter : parameters.entrySet()) {
      parameter.getKey().set(timed, parameter.getValue());
    }
    benchmark.getMethod("setUp").invoke(timed);
    Rates rates = new Rates();
    assertTrue(becomesSteady(() -> timed.run(rates), SECONDS), "it never stopped allocating");
  }
}
