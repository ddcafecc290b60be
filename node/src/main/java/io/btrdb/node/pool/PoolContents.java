package io.btrdb.node.pool;

import io.btrdb.placement.ShardRange;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.local.LocalStateVault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a pool holds of a cluster none of whose nodes is left, for making it again. Used by one
 * thread.
 *
 * <p>Whoever makes the cluster again first takes the place of its newest incarnation: from then on
 * leaders of that, should any have survived, delete nothing and archive nothing. What they still
 * write lies with their own incarnation, in terms that nobody asks for there.
 */
public final class PoolContents implements AutoCloseable {
  private final PoolCalls calls;
  private final ObjectPool objects;
  private final Incarnations incarnations;
  private final List<Incarnation> newestFirst;
  private final PooledSegments segments;
  private Incarnation begun;

  /**
   * An archived state.
   *
   * @param writtenMillis when, by the clock of the leader that wrote it
   */
  public record Archived(LogPosition position, long writtenMillis) {}

  /** Takes the entries of the catalog's journal, in the order of the log. */
  public interface Journal {
    /** One command of an entry. */
    void command(long index, long logTimeMillis, byte[] command);
  }

  private PoolContents(PoolCalls calls, String cluster) {
    this.calls = calls;
    this.objects = new PooledObjects(calls);
    this.incarnations = new Incarnations(objects, cluster);
    this.newestFirst = incarnations.newestFirst();
    if (newestFirst.isEmpty()) {
      throw new IllegalStateException("the pool holds no cluster named " + cluster);
    }
    if (newestFirst.getFirst().recovering()) {
      throw new IllegalStateException(
          "a recovery of cluster "
              + cluster
              + " has begun and not ended: when none runs, delete its object "
              + PoolNames.incarnation(newestFirst.getFirst().number())
              + " and try again");
    }
    this.segments = new PooledSegments(calls, newestFirst);
  }

  /**
   * Looks into a pool.
   *
   * @param cluster name of the cluster
   * @throws IllegalStateException when it is not there, or being recovered
   * @throws io.btrdb.storage.StorageException when the pool fails
   */
  public static PoolContents open(
      PoolAccess.Opener opener, Pool.Patience patience, String cluster) {
    PoolCalls calls = Pool.calls(opener, patience, cluster);
    try {
      return new PoolContents(calls, cluster);
    } catch (RuntimeException e) {
      calls.close();
      throw e;
    }
  }

  /**
   * Keeps leaders of the cluster, if it runs, from deleting anything that this pool's contents
   * need.
   *
   * @param owner who reads, for people; without blanks
   * @throws io.btrdb.storage.StorageException when the pool fails, or may not be written to
   */
  public PoolPin pin(String owner) {
    return PoolPin.take(new PinBoard(objects), owner, PoolPin.LEASE);
  }

  /**
   * All states are read: from here on only what they need is pinned.
   *
   * @param indices of the archived states of the shards, in order; -1 where there is none
   */
  public void pinned(PoolPin pin, List<Long> indices) {
    pin.at(indices);
  }

  /** All shards, in order. */
  public List<ShardRange> ranges() {
    return newestFirst.getFirst().ranges();
  }

  /** Of all incarnations. */
  public SegmentStore segments() {
    return segments;
  }

  /** Id of the cluster whose nodes wrote there last. */
  public UUID cluster() {
    return newestFirst.getFirst().cluster();
  }

  /**
   * What is archived of a group; empty when nothing ever was.
   *
   * @param range of the shard; empty for the catalog
   */
  public Optional<Archived> archived(Optional<ShardRange> range) {
    return newest(range).map(PoolContents::describe);
  }

  /** Puts a group's archived state into an empty vault, if there is one. */
  public Optional<Archived> install(Optional<ShardRange> range, LocalStateVault vault) {
    Optional<ArchivedState> state = newest(range);
    state.ifPresent(found -> found.install(objects, vault));
    return state.map(PoolContents::describe);
  }

  private static Archived describe(ArchivedState state) {
    return new Archived(state.position(), state.writtenMillis());
  }

  private Optional<ArchivedState> newest(Optional<ShardRange> range) {
    return holder(range).flatMap(one -> state(one, range));
  }

  /** The newest incarnation that has archived a group; one may have been lost before it did. */
  private Optional<Incarnation> holder(Optional<ShardRange> range) {
    return newestFirst.stream().filter(one -> state(one, range).isPresent()).findFirst();
  }

  private Optional<ArchivedState> state(Incarnation incarnation, Optional<ShardRange> range) {
    String group = range.map(one -> PoolNames.shard(one.shard())).orElse(PoolNames.CATALOG);
    return objects
        .read(PoolNames.manifest(incarnation.number(), group))
        .map(stored -> ArchivedState.decode(stored.content()));
  }

  /**
   * Hands out what the catalog's journal says after its archived state.
   *
   * @return index of the last entry; {@code after} when there is none
   */
  public long replay(long after, Journal journal) {
    Optional<Incarnation> holder = holder(Optional.empty());
    if (holder.isEmpty()) {
      return after;
    }
    List<JournalPage> pages = new ArrayList<>();
    for (String name : objects.list(PoolNames.journal(holder.get().number()))) {
      objects.read(name).ifPresent(stored -> pages.add(JournalPage.decode(stored.content())));
    }
    long through = after;
    for (JournalPage page : pages) {
      // One that begins later follows another state, or a page that was never written.
      if (page.after() <= through) {
        through = replay(page, through, journal);
      }
    }
    return through;
  }

  private static long replay(JournalPage page, long through, Journal journal) {
    for (JournalPage.Entry entry : page.entries()) {
      if (entry.index() > through) {
        entry
            .commands()
            .forEach(command -> journal.command(entry.index(), entry.logTimeMillis(), command));
      }
    }
    return Math.max(through, page.through());
  }

  /**
   * Takes the place of the newest incarnation.
   *
   * @param id of the cluster that is made
   */
  public void begin(UUID id) {
    begun = incarnations.succeed(id, ranges());
  }

  /**
   * Lets the nodes of the new cluster start.
   *
   * @param lastTerms the last term of each shard in what was taken over
   */
  public void complete(List<Long> lastTerms) {
    List<Incarnation.Shard> shards = new ArrayList<>();
    for (ShardRange range : ranges()) {
      shards.add(new Incarnation.Shard(range, lastTerms.get(range.shard()) + 1));
    }
    incarnations.complete(new Incarnation(begun.number(), begun.cluster(), false, shards));
    begun = null;
  }

  /** Takes back what was begun, if it was not completed. */
  @Override
  public void close() {
    try {
      if (begun != null) {
        incarnations.abandon(begun);
      }
    } finally {
      segments.close();
      calls.close();
    }
  }
}
