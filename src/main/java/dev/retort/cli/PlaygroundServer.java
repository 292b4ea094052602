package dev.retort.cli;

import module java.base;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Serves the playground's page to this machine alone: it listens on the loopback address, answers only
 * requests made to that address by its own page, and bounds their size and time.
 */
final class PlaygroundServer implements AutoCloseable {
  /** Bytes of a question; the largest drawing that is read takes about as many. */
  static final int MOST_BYTES = 160_000;

  private static final String HTML = "text/html; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  static {
    // The JDK's server reads these once, when it is first used.
    Map.of(
            "sun.net.httpserver.nodelay", "true", // Else a reply waits 40 ms for an acknowledgement.
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "60",
            "sun.net.httpserver.idleInterval", "10",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "jdk.httpserver.maxConnections", "1000")
        .forEach((property, value) -> System.setProperty(property, System.getProperty(property, value)));
  }

  private record Reply(int status, String type, String body) {}

  private final Playground playground;
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final String nonce = UUID.randomUUID().toString();

  /** Starts a server; port 0 picks a free one. */
  PlaygroundServer(Playground playground, int port) throws IOException {
    this.playground = playground;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://localhost:" + port() + "/";
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, reply(exchange));
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    if (isForeign(exchange)) {
      return new Reply(403, TEXT, "Only the playground's own page is answered.");
    }
    String path = exchange.getRequestURI().getRawPath();
    if (!Set.of("/", "/notes", "/answer").contains(path)) {
      return new Reply(404, TEXT, "There is nothing here but the playground.");
    }
    String method = path.equals("/answer") ? "POST" : "GET";
    if (!exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      return new Reply(405, TEXT, "Only " + method + " is answered here.");
    }
    return switch (path) {
      case "/" -> new Reply(200, HTML, playground.page(nonce));
      case "/notes" -> new Reply(200, HTML, Html.notes(nonce));
      default -> answer(exchange);
    };
  }

  /** Whether a request was made to another name, as by DNS rebinding, or by another site's page. */
  private boolean isForeign(HttpExchange exchange) {
    Set<String> hosts = Set.of("localhost:" + port(), "127.0.0.1:" + port(), "[::1]:" + port());
    String host = exchange.getRequestHeaders().getFirst("Host");
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    return host == null
        || !hosts.contains(host)
        || (origin != null && !origin.equals("http://" + host));
  }

  private Reply answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      return new Reply(413, TEXT, "A question has at most " + MOST_BYTES + " bytes.");
    }
    try {
      return new Reply(200, JSON, JsonValues.text(playground.answer(fields(body))));
    } catch (IllegalArgumentException e) {
      return new Reply(400, TEXT, Html.capital(e.getMessage()) + ".");
    }
  }

  private static Map<String, String> fields(byte[] form) {
    Map<String, String> fields = new HashMap<>();
    for (String field : new String(form, StandardCharsets.UTF_8).split("&", -1)) {
      int at = field.indexOf('=');
      if (at > 0) {
        fields.put(field.substring(0, at), URLDecoder.decode(field.substring(at + 1), StandardCharsets.UTF_8));
      }
    }
    return fields;
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; style-src 'nonce-" + nonce + "'; script-src 'nonce-" + nonce
            + "'");
    byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
