package io.btrdb.node.rest;

import io.btrdb.node.door.GrpcDoor;
import io.btrdb.node.http.HttpQuery;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a request's headers means something to the service: who asks, and how. */
final class PassedHeaders {
  /** By their names on both sides. Nothing else goes through: nodes have words of their own. */
  private static final List<Metadata.Key<String>> PASSED =
      List.of(key("authorization"), key("btrdb-no-forward"), key("btrdb-max-staleness-ms"));

  static final String TIMEOUT = "grpc-timeout";
  private static final Pattern TIMEOUT_TEXT = Pattern.compile("([0-9]{1,8})([HMSmun])");

  private PassedHeaders() {}

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  static Metadata metadata(HttpQuery query) {
    Metadata metadata = new Metadata();
    metadata.put(GrpcDoor.PEER, GrpcDoor.peer(query.peer()));
    for (Metadata.Key<String> key : PASSED) {
      query.header(key.name()).ifPresent(value -> metadata.put(key, value));
    }
    return metadata;
  }

  /**
   * The time that a call has, in the form of gRPC's own header {@code grpc-timeout}: up to eight
   * digits and H, M, S, m, u or n.
   */
  static CallOptions options(HttpQuery query) throws JsonMistakeException {
    Optional<String> timeout = query.header(TIMEOUT);
    if (timeout.isEmpty()) {
      return CallOptions.DEFAULT;
    }
    Matcher text = TIMEOUT_TEXT.matcher(timeout.get().trim());
    if (!text.matches()) {
      throw new JsonMistakeException(
          "the header " + TIMEOUT + " is digits and one of H, M, S, m, u, n, such as 500m");
    }
    TimeUnit unit =
        switch (text.group(2)) {
          case "H" -> TimeUnit.HOURS;
          case "M" -> TimeUnit.MINUTES;
          case "S" -> TimeUnit.SECONDS;
          case "m" -> TimeUnit.MILLISECONDS;
          case "u" -> TimeUnit.MICROSECONDS;
          default -> TimeUnit.NANOSECONDS;
        };
    return CallOptions.DEFAULT.withDeadlineAfter(Long.parseLong(text.group(1)), unit);
  }
}
