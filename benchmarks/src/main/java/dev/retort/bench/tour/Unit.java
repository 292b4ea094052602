package dev.retort.bench.tour;

import java.util.Locale;

/** What a reader wants to see of a stop: the unit that compares best with what else he knows. */
enum Unit {
  GFLOPS {
    @Override
    String of(Series series) {
      return number(series.median() * series.flops() * 1e-9) + " GFLOP/s";
    }
  },
  GBYTES {
    @Override
    String of(Series series) {
      return number(series.median() * series.bytes() * 1e-9) + " GB/s";
    }
  },
  TIME_AN_ELEMENT {
    @Override
    String of(Series series) {
      return number(series.nanosecondsAnElement()) + " ns/element";
    }
  },
  IMAGES {
    @Override
    String of(Series series) {
      return number(series.median() * series.elements() * 1e-3) + " k images/s";
    }
  },
  TIME {
    @Override
    String of(Series series) {
      return time(1e9 / series.median());
    }
  };

  abstract String of(Series series);

  /** Nanoseconds in the unit that makes a number of one to three digits. */
  static String time(double nanoseconds) {
    String[] units = {"ns", "us", "ms", "s"};
    int unit = 0;
    while (nanoseconds >= 1000 && unit < units.length - 1) {
      nanoseconds /= 1000;
      unit++;
    }
    return number(nanoseconds) + " " + units[unit];
  }

  /** Three digits, or fewer if that is exact. */
  static String brief(double x) {
    return x == Math.rint(x) ? Long.toString((long) x) : number(x);
  }

  /** Three digits. */
  static String number(double x) {
    int decimals = x >= 100 ? 0 : x >= 10 ? 1 : x >= 0.1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
