package io.btrdb.shard;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.Root;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The leader's side of giving space back: what to retire, to free and to rewrite next. Each answer
 * is a command to propose, bounded; the next is asked for once its outcome is known. It goes round
 * all streams and segments, and remembers nothing that a new leader would miss. Used by one thread.
 */
public final class ReclaimPlanner {
  /** Blocks read for one command, to find those below them. */
  private static final int READS = 256;

  /** Segments whose directories are kept. */
  private static final int READERS = 64;

  private final int entriesMax;
  private final Map<Long, SegmentReader> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, SegmentReader> eldest) {
          return size() > READERS;
        }
      };

  /** Where the next round goes on: behind this key. */
  private byte[] lastStream = StateKeys.family(StateKeys.RECLAIM);

  private byte[] lastSegment = StateKeys.family(StateKeys.SEGMENT);

  /**
   * @param entriesMax dead blocks that one command frees, 1 or more
   */
  public ReclaimPlanner(int entriesMax) {
    if (entriesMax < 1) {
      throw new IllegalArgumentException("entriesMax must be 1 or more, is " + entriesMax);
    }
    this.entriesMax = entriesMax;
  }

  /**
   * Streams with more readable versions than are to be kept.
   *
   * @param versions how many of each stream can be read, 1 or more
   * @param limit streams in one command
   */
  public Optional<Command.Retire> retire(Shard shard, long versions, int limit) {
    List<Command.Retirement> retired = new ArrayList<>();
    for (UUID uuid : shard.table().all()) {
      StreamState stream = shard.stream(uuid);
      if (stream != null && stream.isLive() && stream.major() - versions + 1 > stream.oldest()) {
        retired.add(new Command.Retirement(uuid, stream.major() - versions + 1));
      }
      if (retired.size() == limit) {
        break;
      }
    }
    return retired.isEmpty() ? Optional.empty() : Optional.of(new Command.Retire(retired));
  }

  /**
   * Dead blocks of the next streams that have any to free; empty when a round is over. A stream
   * that has more is the first in the next answer. What fails is skipped until the next round.
   *
   * @throws RuntimeException when blocks cannot be read: damaged, missing, or the store fails. The
   *     streams before are lost from this answer, not from the next round.
   */
  public Optional<Command.Free> free(Shard shard) {
    Plan plan = new Plan(shard);
    while (!plan.isFull()) {
      UUID stream = nextStream(shard.state());
      if (stream == null) {
        lastStream = StateKeys.family(StateKeys.RECLAIM);
        break;
      }
      if (plan.add(stream)) {
        lastStream = StateKeys.reclaim(stream);
        break;
      }
    }
    return plan.streams.isEmpty() ? Optional.empty() : Optional.of(plan.command());
  }

  /** What was answered last came to nothing: goes on with the stream behind. */
  public void skip() {
    lastStream = after(lastStream);
  }

  /**
   * Segments of which a good part is free.
   *
   * @param share of its bytes that must be free, above 0 and up to 1
   * @param scanned segments looked at for one answer
   * @param limit segments in one command
   */
  public Optional<Command.Rewrite> rewrite(Shard shard, double share, int scanned, int limit) {
    List<Command.Generation> segments = new ArrayList<>();
    boolean more = false;
    try (StateCursor cursor =
        shard.state().scan(lastSegment, StateKeys.family(StateKeys.SEGMENT + 1))) {
      for (int i = 0; i < scanned && segments.size() < limit; i++) {
        more = cursor.next();
        if (!more) {
          break;
        }
        lastSegment = after(cursor.key());
        SegmentRecord record = SegmentRecord.decode(cursor.value());
        if (record.freedBytes() > 0
            && record.freedBytes() >= share * record.bytes()
            && record.generation() < SegmentRewriter.GENERATION_MAX) {
          segments.add(
              new Command.Generation(
                  StateKeys.segmentNumber(cursor.key()), record.generation() + 1));
        }
      }
    }
    if (!more) {
      lastSegment = StateKeys.family(StateKeys.SEGMENT);
    }
    return segments.isEmpty() ? Optional.empty() : Optional.of(new Command.Rewrite(segments));
  }

  private UUID nextStream(StateStore state) {
    try (StateCursor cursor = state.scan(lastStream, StateKeys.family(StateKeys.RECLAIM + 1))) {
      if (!cursor.next()) {
        return null;
      }
      lastStream = after(cursor.key());
      return StateKeys.uuid(cursor.key());
    }
  }

  /** The least key behind this one. */
  private static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** One Free in the making. */
  private final class Plan {
    private final Shard shard;
    private final DeadList dead;
    private final SegmentLedger ledger;
    private final List<Command.FreedStream> streams = new ArrayList<>();
    private final Map<Long, Command.Written> segments = new TreeMap<>();
    private int entries;
    private int reads;

    Plan(Shard shard) {
      this.shard = shard;
      this.dead = new DeadList(shard.state());
      this.ledger = shard.ledger();
    }

    boolean isFull() {
      return entries >= entriesMax || reads >= READS;
    }

    Command.Free command() {
      return new Command.Free(streams, List.copyOf(segments.values()));
    }

    /** True when the stream has more to free after this. */
    boolean add(UUID uuid) {
      StreamState stream = shard.stream(uuid);
      long limit = stream.isLive() ? stream.oldest() : Reclaims.DROPPED;
      List<Command.Freed> freed = new ArrayList<>();
      List<DeadBlock> below = new ArrayList<>();
      List<DeadBlock> first = dead.first(uuid, entriesMax - entries);
      for (DeadBlock each : first) {
        if (each.died() > limit || reads >= READS) {
          break;
        }
        freed.add(new Command.Freed(each, bytes(each)));
        below.addAll(below(uuid, each));
      }
      if (first.isEmpty() && !stream.isLive()) {
        lastTree(uuid).ifPresent(below::add);
      }
      // With nothing freed it still removes roots, or the note that there is something to free.
      if (!freed.isEmpty() || !below.isEmpty() || !isWaiting(stream, first)) {
        streams.add(new Command.FreedStream(uuid, freed, below));
        entries += 1 + freed.size() + below.size();
      }
      return !below.isEmpty() || !freed.isEmpty() && isFull();
    }

    /** Nothing is to be done before a commit has been applied. */
    private boolean isWaiting(StreamState stream, List<DeadBlock> first) {
      if (!Reclaims.mayLoseMore(stream)) {
        return false;
      }
      long nextDeath = first.isEmpty() ? Reclaims.NEVER : first.getFirst().died();
      try (StateCursor roots = Reclaims.spareRoots(shard.state(), stream, nextDeath)) {
        return !roots.next();
      }
    }

    private Optional<DeadBlock> lastTree(UUID uuid) {
      byte[] value = shard.state().get(StateKeys.deadTree(uuid));
      return value == null
          ? Optional.empty()
          : Optional.of(shard.tree().whole(RootCodec.decode(value), Reclaims.DROPPED));
    }

    /** Bytes of the block at the entry's address; notes its segment. */
    private int bytes(DeadBlock each) {
      BlockAddress address = each.address();
      if (each.extent() == DeadBlock.Extent.DIFFERENCE || ledger.get(address.segment()) == null) {
        return 0;
      }
      SegmentReader reader = reader(address.segment());
      segments.computeIfAbsent(
          address.segment(),
          segment -> new Command.Written(segment, reader.blockCount(), length(segment)));
      return reader.blockBytes(address.ordinal());
    }

    private long length(long segment) {
      return shard.store().length(new SegmentId(shard.id(), segment));
    }

    private SegmentReader reader(long segment) {
      SegmentReader known = readers.get(segment);
      if (known == null) {
        known = SegmentReader.open(shard.store(), new SegmentId(shard.id(), segment));
        readers.put(segment, known);
      }
      return known;
    }

    private List<DeadBlock> below(UUID uuid, DeadBlock each) {
      return switch (each.extent()) {
        case BLOCK -> List.of();
        case SUBTREE -> {
          reads++;
          // What was dropped before segments were listed may lie in one that is gone.
          yield ledger.get(each.address().segment()) == null ? List.of() : shard.tree().below(each);
        }
        case DIFFERENCE -> {
          reads = READS;
          yield difference(uuid, each);
        }
      };
    }

    /** Nothing when the roots are gone, of a stream dropped before they were kept for this. */
    private List<DeadBlock> difference(UUID uuid, DeadBlock each) {
      Root before = root(uuid, each.died() - 1);
      Root after = root(uuid, each.died());
      return before == null || after == null
          ? List.of()
          : shard.tree().difference(before, after, each.died());
    }

    private Root root(UUID uuid, long version) {
      byte[] value = shard.state().get(StateKeys.root(uuid, version));
      return value == null ? null : RootCodec.decode(value);
    }
  }
}
