package io.btrdb.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Which streams are folded next: those that wait longest; under pressure those whose fold frees
 * most backlog for each byte it writes. How much a stream's fold writes is remembered from the last
 * one.
 */
final class MergeOrder {
  private static final int REMEMBERED = 4_096;

  /** Guess for a stream never folded here: bytes written per byte of operations... */
  private static final double AMPLIFICATION_GUESS = 1.5;

  /** ... and for the path from its leaves to its root. */
  private static final double PATH_BYTES = 2_048;

  /** Streams looked at beyond those a commit may hold: some turn out to have nothing to fold. */
  private static final int SPARE = 16;

  private final Map<UUID, Double> amplifications = new LinkedHashMap<>();

  List<StreamState> pick(Shard shard, MergeLimits limits, Set<UUID> quarantined) {
    List<StreamState> waiting = new ArrayList<>();
    for (UUID uuid : shard.table().withSealed()) {
      StreamState stream = shard.stream(uuid);
      if (stream != null && stream.sealedVersions() > 0 && !quarantined.contains(uuid)) {
        waiting.add(stream);
      }
    }
    boolean pressed = shard.backlogBytes() > limits.pressureBytes();
    Comparator<StreamState> oldest =
        Comparator.comparingLong(StreamState::firstIndex).thenComparing(StreamState::uuid);
    waiting.sort(
        pressed
            ? Comparator.comparingDouble(this::bytesWrittenPerByteFreed).thenComparing(oldest)
            : oldest);
    return waiting.subList(0, Math.min(waiting.size(), limits.streams() + SPARE));
  }

  void learn(Map<UUID, Double> measured) {
    measured.forEach(
        (stream, amplification) -> {
          amplifications.remove(stream);
          amplifications.put(stream, amplification);
        });
    var oldest = amplifications.keySet().iterator();
    while (amplifications.size() > REMEMBERED) {
      oldest.next();
      oldest.remove();
    }
  }

  private double bytesWrittenPerByteFreed(StreamState stream) {
    Double known = amplifications.get(stream.uuid());
    return known != null
        ? known
        : AMPLIFICATION_GUESS + PATH_BYTES / Math.max(1, stream.sealedBytes());
  }
}
