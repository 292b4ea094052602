package dev.retort.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules at their ends and corners, NOTES (E34). */
final class ScheduleTest {
  @Test
  void constantStays() {
    Schedule schedule = Schedule.constant(0.3);
    assertEquals(0.3, schedule.rate(0, 10));
    assertEquals(0.3, schedule.rate(9, 10));
  }

  @Test
  void aStaircaseFallsAtTheEndOfEachStair() {
    Schedule schedule = Schedule.step(0.8, 0.25, 0.5);
    double[] stairs = {0.8, 0.4, 0.2, 0.1};
    for (int step = 0; step < 100; step++) {
      assertEquals(stairs[step / 25], schedule.rate(step, 100), "step " + step);
    }
    assertEquals(0, Schedule.step(1, 0.5, 0).rate(5, 10));
    assertEquals(1, Schedule.step(1, 2, 0).rate(9, 10));
  }

  @Test
  void aLineRunsFromTheFirstValueToTheLast() {
    Schedule line = Schedule.linear(3, 1);
    double[] values = {3, 2.5, 2, 1.5, 1};
    for (int step = 0; step < 5; step++) {
      assertEquals(values[step], line.rate(step, 5));
    }
    assertEquals(3, line.rate(0, 1));
    refuses("first value", () -> Schedule.linear(-1, 1));
    refuses("last value", () -> Schedule.linear(1, Double.NaN));
  }

  @Test
  void theCosineFallsFromTheRateToZero() {
    Schedule schedule = Schedule.cosine(0.2);
    assertEquals(0.2, schedule.rate(0, 100));
    assertEquals(0.1, schedule.rate(50, 100), 1e-16);
    assertEquals(0.1 * (1 + Math.sqrt(0.5)), schedule.rate(25, 100), 1e-16);
    assertEquals(0, schedule.rate(100, 100), 1e-30);
    for (int step = 1; step < 100; step++) {
      assertTrue(schedule.rate(step, 100) < schedule.rate(step - 1, 100));
    }
  }

  @Test
  void aWarmUpRisesStraightAndThenGivesWay() {
    Schedule schedule = Schedule.cosine(0.6).withWarmUp(5);
    for (int step = 0; step < 5; step++) {
      assertEquals(0.1 * (step + 1), schedule.rate(step, 25), 1e-16);
    }
    for (int step = 5; step < 25; step++) {
      assertEquals(Schedule.cosine(0.6).rate(step - 5, 20), schedule.rate(step, 25));
    }
  }

  /** The step at which a warm-up ends is the first of the steps that are left. */
  @Test
  void behindAWarmUpTheScheduleKnowsHowManyStepsAreLeft() {
    Schedule left = (step, steps) -> steps;
    Schedule schedule = left.withWarmUp(3);
    assertEquals(7.5, schedule.rate(2, 10));
    assertEquals(7, schedule.rate(3, 10));
  }

  @Test
  void noWarmUpChangesNothing() {
    Schedule plain = Schedule.cosine(0.6);
    Schedule schedule = plain.withWarmUp(0);
    for (int step = 0; step < 10; step++) {
      assertEquals(plain.rate(step, 10), schedule.rate(step, 10));
    }
  }

  @Test
  void aWarmUpMayOutlastTheTraining() {
    Schedule schedule = Schedule.cosine(1).withWarmUp(3);
    assertEquals(0.5, schedule.rate(1, 2));
    assertEquals(1, schedule.rate(3, 3));
    assertEquals(1, schedule.rate(3, 4));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesRatesThatAreNoNumberOrNegative(double wrong) {
    refuses("learning rate", () -> Schedule.constant(wrong));
    refuses("learning rate", () -> Schedule.cosine(wrong));
    refuses("learning rate", () -> Schedule.step(wrong, 0.5, 0.5));
    refuses("factor", () -> Schedule.step(1, 0.5, wrong));
  }

  @Test
  void refusesStairsWithoutLengthAndFactorsThatDoNotFall() {
    refuses("the share of a stair must be above 0, not 0.0", () -> Schedule.step(1, 0, 0.5));
    refuses("the share of a stair", () -> Schedule.step(1, -1, 0.5));
    refuses("the share of a stair", () -> Schedule.step(1, Double.NaN, 0.5));
    refuses("factor", () -> Schedule.step(1, 0.5, 1));
    refuses("warm-up steps must be at least 0, not -1", () -> Schedule.constant(1).withWarmUp(-1));
  }

  private static void refuses(String what, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.startsWith(what), message);
  }
}
