package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.nn.Network;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The playground's server: for its own page on this machine, whatever else knocks. */
class PlaygroundServerTest {
  private static final String QUESTION =
      "sample=3&label=-1&student=0&temperature=4&hardWeight=0.3&softWeight=0.7&strokes=";

  @TempDir static Path data;

  private static PlaygroundServer server;

  @BeforeAll
  static void start() throws IOException {
    var test = DataFiles.at(Cli.writeData(data)).load().test();
    int features = Cli.SIDE * Cli.SIDE;
    Network teacher = Network.mlp(features, 8, Cli.CLASSES).seed(1).build();
    Network student = Network.mlp(features, Cli.CLASSES).seed(2).build();
    server =
        new PlaygroundServer(
            new Playground(
                List.of(
                    new Playground.Named("<b>teacher</b>", teacher), new Playground.Named("student", student)),
                test),
            0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Status line, headers and body; nothing if the server hung up. */
  private static String send(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      socket.shutdownOutput(); // Else the server waits 10 to 20 seconds for another request.
      StringBuilder reply = new StringBuilder();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      try {
        for (int c = in.read(); c >= 0; c = in.read()) {
          reply.append((char) c);
        }
      } catch (SocketException e) {
        // Closed with something unread: what came before that counts.
      }
      return reply.toString();
    }
  }

  private static String host() {
    return "localhost:" + server.port();
  }

  private static String get(String path, String... headers) throws IOException {
    return send(
        "GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers) + "\r\n\r\n");
  }

  private static String ask(String body) throws IOException {
    return send(
        "POST /answer HTTP/1.1\r\nHost: " + host() + "\r\nOrigin: http://" + host()
            + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  private static int status(String reply) {
    return Integer.parseInt(reply.substring(9, 12));
  }

  @Test
  void itsOwnPageIsServedAndNamesAreText() throws IOException {
    String page = get("/", "Host: " + host());
    assertEquals(200, status(page));
    assertTrue(page.contains("Content-security-policy: default-src 'none'"), page);
    String answer = ask(QUESTION);
    assertEquals(200, status(answer), answer);
    assertTrue(answer.contains("&lt;b&gt;teacher&lt;/b&gt;"), answer);
    assertFalse(answer.contains("<b>teacher</b>"), answer);
  }

  @Test
  void nothingElseIsServed() throws IOException {
    for (String path : List.of("/..", "/etc/passwd", "/answer/", "/page.css", "/%2e%2e/x")) {
      assertEquals(404, status(get(path, "Host: " + host())), path);
    }
    assertEquals(405, status(get("/answer", "Host: " + host())));
    assertEquals(405, status(send("DELETE / HTTP/1.1\r\nConnection: close\r\nHost: " + host() + "\r\n\r\n")));
  }

  @ParameterizedTest
  @CsvSource({
    "Host: evil.example", "Host: evil.example:PORT", "Host: localhost", "Host: localhost:1",
    "X: no host"
  })
  void aForeignHostIsRefused(String header) throws IOException {
    assertEquals(
        403, status(get("/", header.replace("PORT", Integer.toString(server.port())))));
  }

  @ParameterizedTest
  @CsvSource({"http://evil.example", "null", "https://localhost:PORT", "http://127.0.0.1:PORT"})
  void aForeignOriginIsRefused(String origin) throws IOException {
    String header = "Origin: " + origin.replace("PORT", Integer.toString(server.port()));
    assertEquals(403, status(get("/", "Host: " + host(), header)));
  }

  @Test
  void itListensOnTheLoopbackAddressOnly() {
    assertTrue(server.address().startsWith("http://localhost:"));
    assertThrows(IOException.class, () -> new Socket("127.0.0.2", server.port()).close());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          temperature=4  | temperature=0   | Temperature must be finite and positive
          temperature=4  | temperature=NaN | Temperature must be finite and positive
          temperature=4  | temperature=x   | Temperature: 'x' is not a number
          temperature=4  | t=4             | No field 'temperature'
          hardWeight=0.3 | hardWeight=-1   | Hard weight must be finite and at least 0
          sample=3       | sample=40       | Sample must be a whole number from 0 to 39, not 40
          sample=3       | sample=1.5      | Sample must be a whole number from 0 to 39, not 1.5
          sample=3       | sample=-1       | Sample must be a whole number from 0 to 39, not -1
          label=-1       | label=4         | Label must be a whole number from -1 to 3, not 4
          student=0      | student=1       | Student must be a whole number from 0 to 0, not 1
          strokes=       | strokes=1       | Strokes must be x,y pairs from 0 to 1, not 1
          strokes=       | strokes=0,2     | Strokes must be x,y pairs from 0 to 1, not 0,2
          strokes=       | strokes=0,NaN   | Strokes must be x,y pairs from 0 to 1, not 0,NaN
          strokes=       | strokes=%zz     | URLDecoder: Illegal hex characters
          """)
  void malformedQuestionsAreAnsweredInWords(String field, String wrong, String message)
      throws IOException {
    String reply = ask(QUESTION.replace(field, wrong));
    assertEquals(400, status(reply), reply);
    String body = reply.substring(reply.indexOf("\r\n\r\n") + 4);
    assertTrue(body.startsWith(message), body);
  }

  @Test
  void whatIsTooLargeIsRefused() throws IOException {
    assertEquals(413, status(ask(QUESTION + "0".repeat(PlaygroundServer.MOST_BYTES))));
    String points = "0,0 ".repeat(10_001).strip();
    String reply = ask(QUESTION + points.replace(" ", "+"));
    assertEquals(400, status(reply), reply);
    assertTrue(reply.contains("10001 points"), reply);
    String headers = send("GET / HTTP/1.1\r\nHost: " + host() + "\r\nX: " + "x".repeat(100_000) + "\r\n\r\n");
    assertFalse(headers.startsWith("HTTP/1.1 200"), headers);
  }

  @Test
  void noiseDoesNotStopIt() throws IOException {
    for (String noise : List.of("\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "POST /answer HTTP/1.1\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n",
        "GET http://[::bad HTTP/1.1\r\nHost: " + host() + "\r\n\r\n")) {
      String reply = send(noise);
      assertFalse(reply.startsWith("HTTP/1.1 200"), () -> noise + " got " + reply);
    }
    assertEquals(200, status(ask(QUESTION)));
  }

  @Test
  void twoHundredSilentConnectionsAndHalfRequestsDoNotStopIt() throws IOException {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        if (i % 2 == 1) {
          socket.getOutputStream().write("POST /answer HTTP/1.1\r\nContent-Le".getBytes(StandardCharsets.UTF_8));
          socket.getOutputStream().flush();
        }
        silent.add(socket);
      }
      for (int i = 0; i < 5; i++) {
        assertEquals(200, status(ask(QUESTION)));
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void theCommandSaysWhatItLacks() {
    Map<List<Object>, String> lacks =
        Map.of(
            List.of("--model", "nowhere.safetensors", "nowhere.safetensors"),
            "model nowhere.safetensors: no such file or folder",
            List.of("--model", "one.safetensors"),
            "--model needs a teacher and at least one student: --model TEACHER STUDENT",
            List.of("--port", "70000"), "--port must be 0 to 65535, not 70000");
    lacks.forEach(
        (args, message) ->
            assertEquals("retort: " + message, Cli.run("playground", args.toArray()).error(Main.USAGE)));
  }
}
