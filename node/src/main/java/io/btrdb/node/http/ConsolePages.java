package io.btrdb.node.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The console: a page that shows the cluster, at {@code /} and {@code /console}, the files it is
 * made of, and what it shows as JSON at {@code /api/cluster}. It only reads.
 *
 * <p>The files are a fixed set, read from the jar once and found by their whole path, so that no
 * path can lead anywhere else. Browsers keep them and ask with {@code If-None-Match} whether they
 * are still good. The page may load from this node and from nowhere else (Content-Security-Policy),
 * and nobody may frame it.
 *
 * <p>Links of the page are relative: it works behind a proxy that puts it under a path of its own.
 */
final class ConsolePages {
  static final String API = "/api/cluster";

  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String SVG = "image/svg+xml";
  private static final String JSON = "application/json";
  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src"
          + " 'none'";

  private record File(String type, byte[] bytes, String tag) {}

  private final Map<String, File> files = new LinkedHashMap<>();
  private final ClusterStatusSource source;

  ConsolePages(ClusterStatusSource source) {
    this.source = source;
    File index = load("index.html", HTML);
    files.put("/", index);
    files.put("/console", index);
    files.put("/console/console.css", load("console.css", CSS));
    files.put("/console/icon.svg", load("icon.svg", SVG));
    for (String module :
        List.of(
            "console", "dom", "format", "history", "map", "moves", "nodes", "ranges", "summary")) {
      files.put("/console/" + module + ".js", load(module + ".js", SCRIPT));
    }
  }

  private static File load(String name, String type) {
    try (InputStream in = ConsolePages.class.getResourceAsStream("/console/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the console's " + name + " is not in the jar");
      }
      byte[] bytes = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new File(type, bytes, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
    } catch (IOException e) {
      throw new UncheckedIOException("the console's " + name + " cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether {@link #answer} knows this path. */
  boolean knows(String path) {
    return path.equals(API) || files.containsKey(path);
  }

  /** Answers a GET or HEAD of a path that it knows. */
  void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Headers headers = exchange.getResponseHeaders();
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Content-Security-Policy", POLICY);
    if (path.equals(API)) {
      String body = ClusterStatusJson.of(source.status()) + "\n";
      headers.set("Cache-Control", "no-store");
      send(exchange, JSON, body.getBytes(StandardCharsets.UTF_8));
      return;
    }
    File file = files.get(path);
    headers.set("Cache-Control", "no-cache");
    headers.set("ETag", file.tag());
    String known = exchange.getRequestHeaders().getFirst("If-None-Match");
    if (known != null && (known.trim().equals("*") || known.contains(file.tag()))) {
      exchange.sendResponseHeaders(304, -1);
    } else {
      send(exchange, file.type(), file.bytes());
    }
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
