package dev.retort.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** A benchmark of what a process does once, compilation included. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public abstract class Once extends Measured {
  /** Memory of this process that is in use, in MiB; 0 where the system does not tell. */
  static double memory() {
    Path status = Path.of("/proc/self/status");
    try {
      return Files.exists(status)
          ? Double.parseDouble(
              Files.readString(status).replaceFirst("(?s).*VmRSS:\\s*(\\d+).*", "$1")) / 1024
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
