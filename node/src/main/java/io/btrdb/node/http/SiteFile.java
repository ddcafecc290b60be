package io.btrdb.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A file that browsers may keep: they ask with {@code If-None-Match} whether it is still good.
 *
 * @param tag its ETag
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SiteFile(String type, byte[] bytes, String tag) {
  public static final String HTML = "text/html; charset=utf-8";
  public static final String CSS = "text/css; charset=utf-8";
  public static final String SCRIPT = "text/javascript; charset=utf-8";
  public static final String SVG = "image/svg+xml";

  public static SiteFile of(String type, byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new SiteFile(type, bytes, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Reads a file of the jar.
   *
   * @param resource its path, from the root
   */
  public static SiteFile load(String resource, String type) {
    try (InputStream in = SiteFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not in the jar");
      }
      return of(type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }

  /** The answer to a GET or HEAD. */
  public HttpPage page(HttpQuery query, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Cache-Control", "no-cache");
    all.put("ETag", tag);
    Optional<String> known = query.header("If-None-Match");
    boolean good =
        known.isPresent() && (known.get().trim().equals("*") || known.get().contains(tag));
    return new HttpPage(good ? 304 : 200, type, good ? new byte[0] : bytes, all);
  }
}
