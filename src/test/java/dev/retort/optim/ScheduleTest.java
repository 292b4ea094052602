package dev.retort.optim;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules at their ends and corners, NOTES (E34). */
final class ScheduleTest {
  @Test
  void constantStays() {
    assertEquals(0.3, Schedule.constant().rate(0.3, 0, 10));
    assertEquals(0.3, Schedule.constant().rate(0.3, 9, 10));
  }

  /** NOTES (E34). */
  @Test
  void aStaircaseFallsAtTheEndOfEachStair() {
    Schedule schedule = Schedule.step(0.25, 0.5);
    double[] stairs = {0.8, 0.4, 0.2, 0.1};
    for (int step = 0; step < 100; step++) {
      assertEquals(stairs[step / 25], schedule.rate(0.8, step, 100), "step " + step);
    }
    assertEquals(0, Schedule.step(0.5, 0).rate(1, 5, 10));
    assertEquals(1, Schedule.step(2, 0).rate(1, 9, 10));
  }

  @Test
  void aLineRunsFromTheBaseToAMultipleOfIt() {
    Schedule line = Schedule.linear(0.5);
    double[] values = {4, 3.5, 3, 2.5, 2};
    for (int step = 0; step < 5; step++) {
      assertEquals(values[step], line.rate(4, step, 5));
    }
    assertEquals(4, line.rate(4, 0, 1));
  }

  /** NOTES (E34). */
  @Test
  void theCosineFallsFromTheBaseToZero() {
    Schedule schedule = Schedule.cosine();
    assertEquals(0.2, schedule.rate(0.2, 0, 100));
    assertEquals(0.1, schedule.rate(0.2, 50, 100), 1e-16);
    assertEquals(0.1 * (1 + Math.sqrt(0.5)), schedule.rate(0.2, 25, 100), 1e-16);
    assertEquals(0, schedule.rate(0.2, 100, 100), 1e-30);
    for (int step = 1; step < 100; step++) {
      assertTrue(schedule.rate(0.2, step, 100) < schedule.rate(0.2, step - 1, 100));
    }
  }

  @Test
  void aWarmUpRisesStraightAndThenTheScheduleFollows() {
    Schedule schedule = Schedule.cosine().withWarmUp(0.2);
    for (int step = 0; step < 5; step++) {
      assertEquals(0.1 * (step + 1), schedule.rate(0.6, step, 25), 1e-16);
    }
    for (int step = 5; step < 25; step++) {
      assertEquals(
          Schedule.cosine().rate(0.6, step - 5, 20), schedule.rate(0.6, step, 25));
    }
  }

  /** The step at which a warm-up ends is the first of the steps that are left. */
  @Test
  void afterAWarmUpTheScheduleIsGivenTheStepsThatAreLeft() {
    Schedule left = (base, step, steps) -> steps;
    Schedule schedule = left.withWarmUp(0.3);
    assertEquals(7.5, schedule.rate(1, 2, 10));
    assertEquals(7, schedule.rate(1, 3, 10));
  }

  @Test
  void noWarmUpChangesNothing() {
    for (double share : new double[] {0, 0.09}) {
      Schedule schedule = Schedule.cosine().withWarmUp(share);
      for (int step = 0; step < 10; step++) {
        assertEquals(Schedule.cosine().rate(0.6, step, 10), schedule.rate(0.6, step, 10));
      }
    }
  }

  /** The share that the commands take is a twentieth, as exact as a division. */
  @Test
  void aTwentiethOfTheStepsIsNeverOneLess() {
    Schedule mark = (base, step, steps) -> step == 0 ? 2 : 1;
    Schedule schedule = mark.withWarmUp(0.05);
    for (int steps = 1; steps < 100_000; steps++) {
      int warm = steps / 20;
      assertEquals(2, schedule.rate(1, warm, steps));
      assertTrue(warm == 0 || schedule.rate(1, warm - 1, steps) < 2);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoNumberOrNegative(double wrong) {
    refuses("factor must be in [0, 1.0), not " + wrong, () -> Schedule.step(0.5, wrong));
    refuses(
        "factor must be in [0, " + (double) Float.MAX_VALUE + "), not " + wrong, () -> Schedule.linear(wrong));
    refuses("warm-up share must be in [0, 1.0), not " + wrong, () -> Schedule.constant().withWarmUp(wrong));
  }

  @Test
  void refusesStairsWithoutLengthAndFactorsThatDoNotFall() {
    for (double share : new double[] {0, -1, Double.NaN}) {
      refuses("the share of a stair must be above 0, not " + share, () -> Schedule.step(share, 0.5));
    }
    refuses("factor must be in [0, 1.0), not 1.0", () -> Schedule.step(0.5, 1));
    refuses("warm-up share must be in [0, 1.0), not 1.0", () -> Schedule.constant().withWarmUp(1));
  }
}
