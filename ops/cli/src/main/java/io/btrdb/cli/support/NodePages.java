package io.btrdb.cli.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a node tells over HTTP. */
final class NodePages {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int PAGE_BYTES = 16 << 20;

  private NodePages() {}

  /** Asks one node for all it tells; the rest is left out when it does not answer at all. */
  static void collect(Bundle bundle, String folder, String address)
      throws IOException, InterruptedException {
    try {
      String live = read(address, "/health/live");
      bundle.add(folder + "/health-live.json", () -> live);
    } catch (IOException e) {
      bundle.leaveOut(folder + ": the node at " + address + " does not answer: " + explain(e));
      return;
    }
    bundle.add(folder + "/health-ready.json", () -> read(address, "/health/ready"));
    bundle.add(folder + "/metrics.txt", () -> read(address, "/metrics"));
    bundle.add(folder + "/cluster.json", () -> read(address, "/api/cluster"));
  }

  private static String explain(IOException e) {
    return switch (e) {
      case ConnectException refused -> "nobody listens";
      case UnknownHostException unknown -> "no such host";
      case SocketTimeoutException silent -> "no answer within " + TIMEOUT.toSeconds() + " s";
      default -> e.toString();
    };
  }

  private static String read(String address, String path) throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
    call.setConnectTimeout((int) TIMEOUT.toMillis());
    call.setReadTimeout((int) TIMEOUT.toMillis());
    int status = call.getResponseCode();
    // A node that is not ready says so with 503 and the reasons: those are wanted most.
    boolean wanted = status == HttpURLConnection.HTTP_OK || path.equals("/health/ready");
    try (InputStream in = status < 400 ? call.getInputStream() : call.getErrorStream()) {
      if (!wanted || in == null) {
        throw new IOException(path + " answers " + status);
      }
      return new String(in.readNBytes(PAGE_BYTES), StandardCharsets.UTF_8);
    }
  }
}
