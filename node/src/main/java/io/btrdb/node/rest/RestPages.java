package io.btrdb.node.rest;

import io.btrdb.node.http.HttpPage;
import io.btrdb.node.http.HttpQuery;
import io.btrdb.node.http.SiteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The document about all methods, and a page (Swagger UI) that shows it and calls them. All files
 * come from this node. They are read when somebody first wants one: a node starts without them.
 */
final class RestPages {
  private static final String JAR = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

  /** Swagger UI writes styles into its page and has pictures in its style sheet. */
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'; object-src 'none'";

  private static final Map<String, String> HEADERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Content-Security-Policy", POLICY);

  private final Collection<RestMethod> methods;
  private final String version;
  private volatile Map<String, SiteFile> files = Map.of();

  RestPages(Collection<RestMethod> methods, String version) {
    this.methods = methods;
    this.version = version;
  }

  /** The answer for a name under {@code /v5/}, empty when there is no such page. */
  Optional<HttpPage> page(String name, HttpQuery query) {
    SiteFile file = files().get(name);
    if (file == null) {
      return Optional.empty();
    }
    if (!query.isRead()) {
      return Optional.of(
          HttpPage.of(405, HttpPage.TEXT, "only GET and HEAD\n")
              .with(Map.of("Allow", "GET, HEAD")));
    }
    if (query.path().equals(RestSection.ROOT)) {
      // The links of the page are relative.
      return Optional.of(HttpPage.of(302, HttpPage.TEXT, "v5/\n").with(Map.of("Location", "v5/")));
    }
    return Optional.of(file.page(query, HEADERS));
  }

  private Map<String, SiteFile> files() {
    Map<String, SiteFile> known = files;
    if (known.isEmpty()) {
      known = load();
      files = known;
    }
    return known;
  }

  private Map<String, SiteFile> load() {
    String swagger = "/META-INF/resources/webjars/swagger-ui/" + swaggerVersion() + "/";
    Map<String, SiteFile> all = new HashMap<>();
    all.put("", SiteFile.load("/rest/index.html", SiteFile.HTML));
    all.put("page.js", SiteFile.load("/rest/page.js", SiteFile.SCRIPT));
    all.put("swagger-ui.css", SiteFile.load(swagger + "swagger-ui.css", SiteFile.CSS));
    all.put("swagger-ui.js", SiteFile.load(swagger + "swagger-ui-bundle.js", SiteFile.SCRIPT));
    all.put("openapi.json", SiteFile.of(HttpPage.JSON, OpenApi.document(methods, version)));
    return Map.copyOf(all);
  }

  private static String swaggerVersion() {
    Properties properties = new Properties();
    try (InputStream in = RestPages.class.getResourceAsStream(JAR)) {
      if (in == null) {
        throw new IllegalStateException("Swagger UI is not on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(JAR + " cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
