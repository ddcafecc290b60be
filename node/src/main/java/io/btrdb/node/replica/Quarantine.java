package io.btrdb.node.replica;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Streams whose operations could not be folded although the door had checked them. Only they stop:
 * they are neither merged nor read at their latest version until the node is told otherwise or
 * restarted; their data stays in the log and state. Thread-safe.
 */
public final class Quarantine {
  private final Map<UUID, Throwable> streams = new ConcurrentHashMap<>();

  void add(UUID stream, Throwable why) {
    streams.put(stream, why);
  }

  boolean holds(UUID stream) {
    return !streams.isEmpty() && streams.containsKey(stream);
  }

  void clear() {
    streams.clear();
  }

  public Set<UUID> streams() {
    return Set.copyOf(streams.keySet());
  }
}
