package io.btrdb.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** Which streams a leader should seal: pending too long, too big, or too much of all together. */
final class SealCandidates {
  private final StreamTable table;

  SealCandidates(StreamTable table) {
    this.table = table;
  }

  List<UUID> pick(
      long logTimeMillis,
      long maxAgeMillis,
      long maxPendingBytesPerStream,
      long maxTotalBytes,
      int limit) {
    List<UUID> picked = new ArrayList<>();
    List<StreamState> others = new ArrayList<>();
    long excess = table.pendingBytes() - maxTotalBytes;
    for (UUID uuid : table.withPending()) {
      StreamState stream = table.get(uuid);
      if (picked.size() == limit) {
        return picked;
      }
      if (stream == null || !stream.hasPending()) {
        continue;
      }
      if (logTimeMillis - stream.pendingSinceMillis() >= maxAgeMillis
          || stream.pendingBytes() >= maxPendingBytesPerStream) {
        picked.add(uuid);
        excess -= stream.pendingBytes();
      } else {
        others.add(stream);
      }
    }
    if (excess > 0) {
      pickLargest(others, excess, limit, picked);
    }
    return picked;
  }

  private static void pickLargest(
      List<StreamState> streams, long excess, int limit, List<UUID> picked) {
    streams.sort(Comparator.comparingLong(StreamState::pendingBytes).reversed());
    long rest = excess;
    for (StreamState stream : streams) {
      if (rest <= 0 || picked.size() == limit) {
        return;
      }
      picked.add(stream.uuid());
      rest -= stream.pendingBytes();
    }
  }
}
