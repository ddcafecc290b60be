package io.btrdb.chaos.history;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What a process asked for, or did to the cluster. Times are nanoseconds, ends exclusive. */
public sealed interface Call {
  /** What an insert does with a point whose time is taken, as the client has it. */
  enum Policy {
    NEVER,
    EQUAL,
    RETAIN,
    REPLACE
  }

  /**
   * Which state a read asks for.
   *
   * @param major a sealed version, 0 for the latest
   * @param stalenessMillis how old the latest may be, 0 for not at all
   */
  record At(long major, int stalenessMillis) {
    public static final At LATEST = new At(0, 0);

    public static At version(long major) {
      return new At(major, 0);
    }

    public static At bounded(int stalenessMillis) {
      return new At(0, stalenessMillis);
    }

    /** Whether the answer has to show all that was acknowledged before. */
    public boolean isLatest() {
      return major == 0 && stalenessMillis == 0;
    }

    public boolean isPinned() {
      return major != 0;
    }
  }

  /** A call about one stream. */
  sealed interface OfStream extends Call {
    UUID uuid();
  }

  /** A call that changes a stream. */
  sealed interface Write extends OfStream {}

  /** A question about a stream at some version. */
  sealed interface Read extends OfStream {
    At at();
  }

  /** Points to merge, all or none. Values are whole numbers, each written once in a stream. */
  record Insert(UUID uuid, Policy policy, Columns points) implements Write {}

  record Delete(UUID uuid, long start, long end) implements Write {}

  record Flush(UUID uuid) implements Write {}

  record Values(UUID uuid, At at, long start, long end) implements Read {}

  record Windows(UUID uuid, At at, long start, long end, long width) implements Read {}

  record Aligned(UUID uuid, At at, long start, long end, int pointWidth) implements Read {}

  record Nearest(UUID uuid, At at, long time, boolean backward) implements Read {}

  /**
   * What changed after version {@code from}, up to {@code at}.
   *
   * @param resolution exponent of the width that ranges may have, ns
   */
  record Changes(UUID uuid, long from, At at, int resolution) implements Read {}

  /** One replica's own answer for all points of a sealed version. */
  record Replica(UUID uuid, String node, At at) implements Read {}

  /** Which groups a node knows leaders of. */
  record Leaders(String node) implements Call {}

  /** Which hash slots a node knows shards for. */
  record Slots(String node) implements Call {}

  /** How much a process holds: threads, descriptors, memory. */
  record Resources(String node) implements Call {}

  /** Bytes of a node were damaged; {@code Alarm} must follow. */
  record Damage(String node, String what) implements Call {}

  /** What a node says about damage it has found. */
  record Alarm(String node) implements Call {}

  /** A fault, from its injection to its end. */
  record Fault(String kind, List<String> nodes) implements Call {}

  /** A run enters a phase, see {@link Phase}. */
  record Enter(Phase phase) implements Call {}

  /** Parts of a run, in this order. */
  enum Phase {
    /** Load, no faults. */
    CALM,
    /** Load and faults. */
    FAULTS,
    /** All faults are over, the load goes on. */
    HEALED,
    /** Nobody writes any more; all is read. */
    FINAL
  }

  /** The stream it is about. */
  default Optional<UUID> stream() {
    return this instanceof OfStream of ? Optional.of(of.uuid()) : Optional.empty();
  }

  /** Its name in a history, as {@code insert}. */
  default String function() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
