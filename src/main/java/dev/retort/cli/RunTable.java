package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.train.Distiller;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Test errors over several seeds: each, their mean and their spread. */
final class RunTable {
  private RunTable() {}

  /** Mean and standard deviation over runs, the latter with n - 1. */
  record Spread(double mean, double deviation) {
    static Spread of(List<Distiller.Report> reports, Distiller.Role role) {
      double[] errors = reports.stream().mapToDouble(r -> r.of(role).test().errors()).toArray();
      double mean = java.util.Arrays.stream(errors).average().orElseThrow();
      double squares =
          java.util.Arrays.stream(errors).map(e -> (e - mean) * (e - mean)).sum();
      return new Spread(mean, Math.sqrt(squares / Math.max(1, errors.length - 1)));
    }
  }

  static void print(PrintWriter out, List<Distiller.Report> reports) {
    int rows = reports.getFirst().teacher().test().rows();
    out.printf("Test errors of %d, over %d seeds%n", rows, reports.size());
    out.printf("%-18s  %14s   each%n", "", "mean +- spread");
    for (Distiller.Role role : Distiller.Role.values()) {
      Spread spread = Spread.of(reports, role);
      StringBuilder each = new StringBuilder();
      reports.forEach(report -> each.append(String.format(" %4d", report.of(role).test().errors())));
      out.printf(
          "%-18s  %6.1f +- %4.1f  %s%n", role.label(), spread.mean(), spread.deviation(), each);
    }
  }

  static void write(JsonGenerator json, List<Distiller.Report> reports) throws IOException {
    json.writeObjectFieldStart("runs");
    for (Distiller.Role role : Distiller.Role.values()) {
      Spread spread = Spread.of(reports, role);
      json.writeObjectFieldStart(role.field());
      json.writeArrayFieldStart("testErrors");
      for (Distiller.Report report : reports) {
        json.writeNumber(report.of(role).test().errors());
      }
      json.writeEndArray();
      json.writeNumberField("mean", spread.mean());
      json.writeNumberField("deviation", spread.deviation());
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
