package io.btrdb.node.http;

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

  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src"
          + " 'none'";

  private final Map<String, SiteFile> files = new LinkedHashMap<>();
  private final ClusterStatusSource source;

  ConsolePages(ClusterStatusSource source) {
    this.source = source;
    SiteFile index = load("index.html", SiteFile.HTML);
    files.put("/", index);
    files.put("/console", index);
    files.put("/console/console.css", load("console.css", SiteFile.CSS));
    files.put("/console/icon.svg", load("icon.svg", SiteFile.SVG));
    for (String module :
        List.of(
            "console", "dom", "format", "history", "map", "moves", "nodes", "ranges", "summary")) {
      files.put("/console/" + module + ".js", load(module + ".js", SiteFile.SCRIPT));
    }
  }

  private static SiteFile load(String name, String type) {
    return SiteFile.load("/console/" + name, type);
  }

  /** Whether {@link #page} knows this path. */
  boolean knows(String path) {
    return path.equals(API) || files.containsKey(path);
  }

  /** The answer to a GET or HEAD of a path that it knows. */
  HttpPage page(HttpQuery query) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Content-Security-Policy", POLICY);
    if (query.path().equals(API)) {
      headers.put("Cache-Control", "no-store");
      return HttpPage.of(200, HttpPage.JSON, ClusterStatusJson.of(source.status()) + "\n")
          .with(headers);
    }
    return files.get(query.path()).page(query, headers);
  }
}
