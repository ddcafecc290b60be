package io.btrdb.cli.bench;

import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a workload works with. For one thread. */
final class Bench {
  private static final Duration MERGE_LIMIT = Duration.ofMinutes(3);

  private final Terminal terminal;
  private final Interruption interruption;
  private final Target target;
  private final Btrdb db;
  private final Settings settings;
  private final UsageMeter meter;
  private final String collection = "bench/" + UUID.randomUUID();
  private int streams;

  /** The user wants it to end. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Interrupted() {
      super("interrupted");
    }
  }

  Bench(Terminal terminal, Interruption interruption, Target target, Btrdb db, Settings settings) {
    this.terminal = terminal;
    this.interruption = interruption;
    this.target = target;
    this.db = db;
    this.settings = settings;
    this.meter = new UsageMeter(target);
  }

  Settings settings() {
    return settings;
  }

  Target target() {
    return target;
  }

  /** Tells the user what is being done. */
  void say(String text) {
    terminal.say(text);
  }

  /** Processes of the nodes, where they run on this machine. */
  List<Long> pids() {
    return target.pids();
  }

  /** What has been used when a measurement starts. */
  Usage usageBefore() {
    return meter.before();
  }

  /** What a measurement used that started then. */
  Usage usageSince(Usage before) {
    return meter.since(before);
  }

  /** Whether this is a cluster of one node, which has goals of its own. */
  boolean isAlone() {
    return target.nodes() == 1;
  }

  /** Streams that nobody has written to, spread over the shards as their random ids fall. */
  List<BtrdbStream> newStreams(int count) {
    checkWanted();
    List<BtrdbStream> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, String> tags = Map.of("name", "s" + ++streams);
      made.add(db.create(UUID.randomUUID(), collection, tags, Map.of()));
    }
    return made;
  }

  /** Seals the streams and waits until all is in the trees. */
  void settle(List<BtrdbStream> written) {
    written.forEach(BtrdbStream::flush);
    if (!target.awaitMerged(MERGE_LIMIT)) {
      say("  (still merging after " + MERGE_LIMIT.toMinutes() + " minutes; going on)");
    }
    checkWanted();
  }

  /**
   * @throws Interrupted when the user wants it to end
   */
  void checkWanted() {
    if (interruption.requested()) {
      throw new Interrupted();
    }
  }
}
