package io.btrdb.client;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a {@link BufferedWriter} gathers points. Immutable; start from {@link #defaults()}.
 *
 * @param batchPoints a stream's points are sent when this many are buffered, 1 to 50,000
 * @param maxAge ... or when the oldest has waited this long
 * @param maxBufferedPoints over all streams; past it {@code add} sends before it takes more
 * @param policy for every insert
 * @param onFailure told once of each batch that failed for good, on one of the client's threads; it
 *     must not block
 */
public record WriterOptions(
    int batchPoints,
    Duration maxAge,
    int maxBufferedPoints,
    MergePolicy policy,
    Consumer<WriteFailure> onFailure) {
  public WriterOptions {
    if (batchPoints < 1 || batchPoints > BtrdbStream.REQUEST_POINTS_MAX) {
      throw new IllegalArgumentException("batchPoints must be 1 to 50,000, is " + batchPoints);
    }
    if (maxAge.toMillis() < 1) {
      throw new IllegalArgumentException("maxAge must be at least 1 ms, is " + maxAge);
    }
    if (maxBufferedPoints < batchPoints) {
      throw new IllegalArgumentException(
          "maxBufferedPoints ("
              + maxBufferedPoints
              + ") is below batchPoints ("
              + batchPoints
              + ")");
    }
    Objects.requireNonNull(policy);
    Objects.requireNonNull(onFailure);
  }

  /** 10,000 points, 1 second, 4 million points in all, {@link MergePolicy#NEVER}. */
  public static WriterOptions defaults() {
    return new WriterOptions(
        10_000, Duration.ofSeconds(1), 4_000_000, MergePolicy.NEVER, failure -> {});
  }

  public WriterOptions withBatchPoints(int points) {
    return new WriterOptions(points, maxAge, maxBufferedPoints, policy, onFailure);
  }

  public WriterOptions withMaxAge(Duration age) {
    return new WriterOptions(batchPoints, age, maxBufferedPoints, policy, onFailure);
  }

  public WriterOptions withMaxBufferedPoints(int points) {
    return new WriterOptions(batchPoints, maxAge, points, policy, onFailure);
  }

  public WriterOptions withPolicy(MergePolicy mergePolicy) {
    return new WriterOptions(batchPoints, maxAge, maxBufferedPoints, mergePolicy, onFailure);
  }

  public WriterOptions withOnFailure(Consumer<WriteFailure> callback) {
    return new WriterOptions(batchPoints, maxAge, maxBufferedPoints, policy, callback);
  }
}
