package dev.retort.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;

/** What a program printed and returned. */
record Run(int code, String out, String err) {
  static Run of(Object program, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Program.run(program, new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Run(code, out.toString(), err.toString());
  }

  Run succeeds() {
    assertEquals("", err);
    assertEquals(0, code);
    return this;
  }

  void fails(String message) {
    assertEquals("retort: " + message + System.lineSeparator(), err);
    assertEquals(2, code);
  }
}
