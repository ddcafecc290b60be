package io.btrdb.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a node's HTTP door. */
final class HealthDoor {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String address;

  /**
   * @param address host:port
   */
  HealthDoor(String address) {
    this.address = address;
  }

  /** Why the node is not ready, in its own words; empty when it is ready. */
  String whyNotReady() {
    try {
      HttpURLConnection call = open("/health/ready");
      boolean ready = call.getResponseCode() == HttpURLConnection.HTTP_OK;
      return ready ? "" : reasons(read(call.getErrorStream()));
    } catch (ConnectException e) {
      return "starting";
    } catch (IOException e) {
      return "does not answer on " + address + ": " + e.getMessage();
    }
  }

  /** The text of {@code /metrics}; empty when the node does not answer. */
  String metrics() {
    try {
      return read(open("/metrics").getInputStream());
    } catch (IOException e) {
      return "";
    }
  }

  private HttpURLConnection open(String path) throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
    call.setConnectTimeout((int) TIMEOUT.toMillis());
    call.setReadTimeout((int) TIMEOUT.toMillis());
    return call;
  }

  private static String read(InputStream in) throws IOException {
    if (in == null) {
      return "";
    }
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String reasons(String body) throws IOException {
    List<String> reasons = new ArrayList<>();
    JsonNode page = JSON.readTree(body);
    page.path("reasons").forEach(reason -> reasons.add(reason.asText()));
    String text = String.join("; ", reasons);
    return text.isBlank() ? "not ready" : text;
  }
}
