package dev.retort.cli;

import module java.base;

/**
 * An axis of a chart: what it shows, its range, and where its round numbers are.
 *
 * @param name what it shows, with its unit if it has one
 * @param low the value at the start
 * @param high the value at the end, above low
 * @param logarithmic whether equal ratios, not differences, take equal space; then low is above 0
 */
record Scale(String name, double low, double high, boolean logarithmic) {
  private static final MathContext DIGITS = new MathContext(4);

  /** As many as a float has. */
  private static final MathContext ALL_DIGITS = new MathContext(8);

  private static final double[] ROUND = {1, 2, 5};

  /** A chart of equal values still has a range. */
  private static final double LEAST_RANGE = 1e-6;

  static Scale linear(String name, double low, double high) {
    return new Scale(name, low, Math.max(high, low + LEAST_RANGE), false);
  }

  /** From the lowest of these values to the highest. */
  static Scale linear(String name, double[] values) {
    DoubleSummaryStatistics all = Arrays.stream(values).summaryStatistics();
    return linear(name, all.getMin(), all.getMax());
  }

  /** The positive values among these; where there is none, from 0.1 to 1. */
  static Scale logarithmic(String name, double[] values) {
    DoubleSummaryStatistics positive =
        Arrays.stream(values).filter(value -> value > 0 && value < Double.POSITIVE_INFINITY).summaryStatistics();
    return positive.getCount() == 0
        ? new Scale(name, 0.1, 1, true)
        : new Scale(name, positive.getMin() * 0.9, positive.getMax() * 1.1, true);
  }

  /** Where a value is, 0 at the start and 1 at the end; values outside are moved to the nearer one. */
  double at(double value) {
    double inside = Math.clamp(value, low, high);
    return logarithmic
        ? Math.log(inside / low) / Math.log(high / low)
        : (inside - low) / (high - low);
  }

  /** Round numbers in the range, at most about {@code count}. */
  List<Double> ticks(int count) {
    return logarithmic && high / low >= 5 ? logarithmicTicks(count) : linearTicks(count);
  }

  private List<Double> linearTicks(int count) {
    double step = step(high - low, count);
    double last = (high + step * 1e-9) / step;
    return DoubleStream.iterate(Math.ceil(low / step - 1e-9), i -> i <= last, i -> i + 1)
        .mapToObj(i -> i * step)
        .toList();
  }

  /** Every power of ten, with 2 and 5 times it where there is space. */
  private List<Double> logarithmicTicks(int count) {
    double decades = Math.log10(high / low);
    int each = decades * 3 <= count ? 3 : 1;
    int every = Math.max(1, (int) Math.ceil(decades / count));
    int first = (int) Math.floor(Math.log10(low));
    return IntStream.iterate(first, power -> power <= Math.log10(high), power -> power + every)
        .mapToObj(power -> Arrays.stream(ROUND, 0, each).map(digit -> digit * Math.pow(10, power)))
        .flatMap(DoubleStream::boxed)
        .filter(tick -> tick >= low && tick <= high)
        .toList();
  }

  /** A step of 1, 2 or 5 times a power of ten that takes at most {@code count} to the end. */
  static double step(double range, int count) {
    double power = Math.pow(10, Math.floor(Math.log10(range / count)));
    return Arrays.stream(ROUND).map(digit -> digit * power).filter(step -> step * count >= range).findFirst()
        .orElse(10 * power);
  }

  /** A number as people write it, to four digits: 4, 2.5, 0.0123, 1.2e-5. */
  static String number(double value) {
    return number(value, DIGITS);
  }

  /** The same to eight digits, all that a float has. */
  static String precise(double value) {
    return number(value, ALL_DIGITS);
  }

  private static String number(double value, MathContext digits) {
    if (!Double.isFinite(value) || value == 0) {
      return value == 0 ? "0" : Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(digits).stripTrailingZeros();
    int power = rounded.precision() - rounded.scale() - 1;
    return power < -4 || power > 6
        ? rounded.movePointLeft(power).toPlainString() + "e" + power
        : rounded.toPlainString();
  }
}
