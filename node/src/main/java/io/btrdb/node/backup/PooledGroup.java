package io.btrdb.node.backup;

import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.node.pool.PoolContents;
import io.btrdb.placement.ShardRange;
import io.btrdb.shard.RecoveredCommits;
import io.btrdb.shard.SegmentFooter;
import io.btrdb.shard.Shard;
import io.btrdb.shard.TransplantedShard;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.local.LocalStateVault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group as a shared pool has it: its archived state, brought up to date by what was put into the
 * pool after it. For a shard those are the commits in newer segments, for the catalog the pages of
 * its journal. Segments stay where they are.
 */
public final class PooledGroup implements GroupSource {
  private static final Logger LOG = LoggerFactory.getLogger(PooledGroup.class);

  private final PoolContents pool;
  private final Optional<ShardRange> range;
  private List<SegmentId> segments;
  private Account account = Account.NOTHING;

  /**
   * What was found of a group.
   *
   * @param archivedMillis when its state was archived; empty when it never was
   * @param completeMillis log time of the archived state: all that was acknowledged until then is
   *     there
   * @param newestMillis log time of the newest commit, or change of the catalog, that was found
   * @param newer versions, or entries of the catalog, that came after the archived state
   * @param damaged segments whose ends cannot be read
   */
  public record Account(
      OptionalLong archivedMillis,
      long completeMillis,
      long newestMillis,
      long newer,
      long damaged) {
    private static final Account NOTHING = new Account(OptionalLong.empty(), 0, 0, 0, 0);
  }

  private PooledGroup(PoolContents pool, Optional<ShardRange> range) {
    this.pool = pool;
    this.range = range;
  }

  /** The groups of the cluster: its shards in order, then the catalog. */
  public static List<PooledGroup> of(PoolContents pool) {
    List<PooledGroup> groups = new ArrayList<>();
    pool.ranges().forEach(range -> groups.add(new PooledGroup(pool, Optional.of(range))));
    groups.add(new PooledGroup(pool, Optional.empty()));
    return groups;
  }

  /** Complete after {@link #install}. */
  public Account account() {
    return account;
  }

  @Override
  public Optional<ShardRange> range() {
    return range;
  }

  @Override
  public LogPosition install(LocalStateVault vault) {
    Optional<PoolContents.Archived> archived = pool.install(range, vault);
    LogPosition at = archived.map(PoolContents.Archived::position).orElse(LogPosition.NONE);
    OptionalLong writtenMillis =
        archived.isPresent()
            ? OptionalLong.of(archived.get().writtenMillis())
            : OptionalLong.empty();
    StateStore state = vault.restore();
    return range.isPresent()
        ? bringUpToDate(range.get().shard(), state, vault, at, writtenMillis)
        : replay(state, vault, at, writtenMillis);
  }

  private LogPosition bringUpToDate(
      int number,
      StateStore state,
      LocalStateVault vault,
      LogPosition at,
      OptionalLong writtenMillis) {
    Shard shard = SeededShard.machine(number, state, pool.segments());
    long completeMillis = shard.logTimeMillis();
    RecoveredCommits commits = new RecoveredCommits(shard, state);
    Set<Long> known = TransplantedShard.segments(state);
    long damaged = 0;
    for (SegmentId id : segments()) {
      if (!known.contains(id.number())) {
        try {
          commits.add(id, SegmentFooter.decode(SegmentReader.open(pool.segments(), id).footer()));
        } catch (MissingSegmentException e) {
          LOG.debug("{} was deleted since it was listed: nobody needs it", id);
        } catch (CorruptBlockException e) {
          LOG.warn("{} is left out: {}", id, e.getMessage());
          damaged++;
        }
      }
    }
    long versions = commits.take();
    LogPosition end = commits.position(at);
    if (versions > 0 || !end.equals(at)) {
      end = SeededShard.next(end);
      shard.writeState();
      vault.checkpoint(end);
    }
    account =
        new Account(writtenMillis, completeMillis, commits.logTimeMillis(), versions, damaged);
    return end;
  }

  private LogPosition replay(
      StateStore state, LocalStateVault vault, LogPosition at, OptionalLong writtenMillis) {
    Catalog catalog = Catalog.open(CatalogOptions.DEFAULT, state);
    long completeMillis = catalog.info().logTimeMillis();
    long[] commands = new long[1];
    long through =
        pool.replay(
            at.index(),
            (index, logTimeMillis, command) -> {
              catalog.apply(index, logTimeMillis, command, 0, command.length);
              commands[0]++;
            });
    LogPosition end = at;
    if (through > at.index()) {
      end = new LogPosition(at.term(), through);
      catalog.writeState();
      vault.checkpoint(end);
    }
    account =
        new Account(writtenMillis, completeMillis, catalog.info().logTimeMillis(), commands[0], 0);
    return end;
  }

  @Override
  public List<SegmentId> segments() {
    if (segments == null) {
      segments = range.map(shard -> pool.segments().list(shard.shard())).orElse(List.of());
    }
    return segments;
  }

  @Override
  public boolean staysInPlace() {
    return true;
  }

  @Override
  public byte[] segment(SegmentId id) {
    byte[] bytes = pool.segments().read(id, 0, Math.toIntExact(pool.segments().length(id)));
    SegmentVerifier.verify(id, bytes);
    return bytes;
  }

  /** None has to be copied. */
  @Override
  public long segmentBytes() {
    return 0;
  }
}
