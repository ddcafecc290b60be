package io.btrdb.node.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A finished answer.
 *
 * @param headers those beside Content-Type and Content-Length
 * @param body not to be changed any more
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying each would cost
public record HttpPage(int status, String type, byte[] body, Map<String, String> headers) {
  public static final String TEXT = "text/plain; charset=utf-8";
  public static final String JSON = "application/json";

  public static HttpPage of(int status, String type, String body) {
    return new HttpPage(status, type, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** The same with other headers. */
  public HttpPage with(Map<String, String> others) {
    return new HttpPage(status, type, body, others);
  }
}
