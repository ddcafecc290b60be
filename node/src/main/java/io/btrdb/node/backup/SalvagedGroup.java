package io.btrdb.node.backup;

import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.consensus.ByteSlice;
import io.btrdb.consensus.LogEntry;
import io.btrdb.consensus.Position;
import io.btrdb.consensus.StoppedLog;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.placement.ShardRange;
import io.btrdb.shard.EntryContext;
import io.btrdb.shard.Shard;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointManifest;
import io.btrdb.storage.local.CheckpointReceiver;
import io.btrdb.storage.local.LocalSegmentStore;
import io.btrdb.storage.local.LocalStateVault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group as stopped nodes' folders have it: the newest good checkpoint of the one whose log goes
 * furthest, as Raft's elections would choose, and that log applied to its end.
 *
 * <p>The tail of a log may hold entries that never got a majority. They are applied all the same: a
 * write that was acknowledged is in some minority's tail more often than it is not, and no folder
 * says which ones were.
 */
public final class SalvagedGroup implements GroupSource {
  private static final Logger LOG = LoggerFactory.getLogger(SalvagedGroup.class);
  private static final int PIECE_BYTES = 1 << 20;

  private final FoundingRecord.Group group;
  private final List<DataFolder> holders;
  private final Path work;
  private Account account;

  /**
   * What was found of a group.
   *
   * @param folder which folder it was taken from; empty when no folder has the group
   * @param checkpoint position of the checkpoint it began with
   * @param end how far its log goes
   * @param committed the highest index that the log calls committed; −1 when it does not say
   * @param replayed entries applied on top of the checkpoint
   * @param fault why not all of the log could be applied
   */
  public record Account(
      Optional<String> folder,
      LogPosition checkpoint,
      LogPosition end,
      long committed,
      long replayed,
      Optional<String> fault) {
    private static final Account NOTHING =
        new Account(Optional.empty(), LogPosition.NONE, LogPosition.NONE, -1, 0, Optional.empty());
  }

  private SalvagedGroup(FoundingRecord.Group group, List<DataFolder> holders, Path work) {
    this.group = group;
    this.holders = holders;
    this.work = work;
    this.account = Account.NOTHING;
  }

  /**
   * The groups of the cluster that the folders belong to: its shards in order, then the catalog.
   *
   * @param work a folder for copies; the caller deletes it afterwards
   * @throws SeedException when the folders are of different clusters
   */
  public static List<SalvagedGroup> of(List<DataFolder> folders, Path work) {
    FoundingRecord founding = folders.getFirst().founding();
    for (DataFolder folder : folders) {
      if (!folder.founding().cluster().equals(founding.cluster())) {
        throw new SeedException(
            folder.name() + " and " + folders.getFirst().name() + " are of different clusters");
      }
    }
    List<SalvagedGroup> groups = new ArrayList<>();
    for (FoundingRecord.Group group : founding.groups()) {
      List<DataFolder> furthestFirst =
          folders.stream()
              .filter(folder -> folder.has(group.id()))
              .sorted(
                  Comparator.comparing(
                          (DataFolder folder) -> folder.end(group.id()),
                          Comparator.comparingLong(Position::term)
                              .thenComparingLong(Position::index))
                      .reversed())
              .toList();
      groups.add(new SalvagedGroup(group, furthestFirst, work));
    }
    return groups;
  }

  /** Complete after {@link #install}. */
  public Account account() {
    return account;
  }

  @Override
  public Optional<ShardRange> range() {
    return group.range();
  }

  @Override
  public LogPosition install(LocalStateVault vault) {
    if (holders.isEmpty()) {
      return LogPosition.NONE;
    }
    DataFolder folder = holders.getFirst();
    LogPosition checkpoint = copyCheckpoint(folder, vault);
    try {
      account = replay(folder, vault, checkpoint);
    } catch (RuntimeException e) {
      // The log holds something that cannot be applied: the checkpoint is what is left.
      LOG.warn("{} of {} cannot be replayed", name(), folder.name(), e);
      account =
          new Account(
              Optional.of(folder.name()),
              checkpoint,
              checkpoint,
              -1,
              0,
              Optional.of("its log cannot be applied: " + e.getMessage()));
    }
    return account.end();
  }

  private LogPosition copyCheckpoint(DataFolder folder, LocalStateVault vault) {
    for (Path checkpoint : folder.checkpoints(group.id())) {
      Optional<CheckpointManifest> manifest = DataFolder.manifest(checkpoint);
      if (manifest.isPresent() && copy(checkpoint, manifest.get(), vault)) {
        return manifest.get().position();
      }
      LOG.warn("{} is damaged and left out", checkpoint);
    }
    return LogPosition.NONE;
  }

  private static boolean copy(Path from, CheckpointManifest manifest, LocalStateVault vault) {
    CheckpointReceiver receiver = vault.receive(manifest);
    for (CheckpointFile file : manifest.files()) {
      try (InputStream in = Files.newInputStream(from.resolve(file.name()))) {
        for (byte[] piece = in.readNBytes(PIECE_BYTES);
            piece.length > 0;
            piece = in.readNBytes(PIECE_BYTES)) {
          if (!receiver.write(file.name(), receiver.offset(file.name()), piece)) {
            return false;
          }
        }
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("{}: {}", from.resolve(file.name()), e.toString());
        return false;
      }
    }
    if (!receiver.missing().isEmpty()) {
      return false;
    }
    receiver.complete();
    return true;
  }

  private Account replay(DataFolder folder, LocalStateVault vault, LogPosition checkpoint) {
    Machine machine = machine(folder, vault.restore());
    StoppedLog.Account log = folder.log(group.id(), checkpoint.index(), machine.apply());
    LogPosition end = checkpoint;
    if (!log.last().equals(Position.NONE)) {
      end = new LogPosition(log.last().term(), log.last().index());
      machine.writeState().run();
      vault.checkpoint(end);
    }
    return new Account(
        Optional.of(folder.name()), checkpoint, end, log.committed(), log.entries(), log.fault());
  }

  private record Machine(Consumer<LogEntry> apply, Runnable writeState) {}

  private Machine machine(DataFolder folder, StateStore state) {
    if (group.catalog()) {
      Catalog catalog = Catalog.open(CatalogOptions.DEFAULT, state);
      return new Machine(entry -> apply(catalog, entry), catalog::writeState);
    }
    int number = group.range().orElseThrow().shard();
    Shard shard = SeededShard.machine(number, state, store(folder));
    return new Machine(entry -> apply(shard, entry), shard::writeState);
  }

  private static void apply(Catalog catalog, LogEntry entry) {
    for (ByteSlice command : entry.commands()) {
      catalog.apply(
          entry.index(),
          entry.logTimeMillis(),
          command.array(),
          command.offset(),
          command.length());
    }
  }

  private static void apply(Shard shard, LogEntry entry) {
    for (int i = 0; i < entry.commands().size(); i++) {
      ByteSlice command = entry.commands().get(i);
      EntryContext context =
          new EntryContext(
              entry.term(), entry.index(), i, entry.proposerTerm(), entry.logTimeMillis());
      shard.apply(context, command.array(), command.offset(), command.length());
    }
  }

  private LocalSegmentStore store(DataFolder folder) {
    String copy = "segments-" + Integer.toHexString(folder.root().hashCode());
    return folder.segments(work.resolve(copy));
  }

  @Override
  public List<SegmentId> segments() {
    if (group.catalog()) {
      return List.of();
    }
    TreeMap<SegmentId, Boolean> all = new TreeMap<>();
    for (DataFolder folder : holders) {
      store(folder).list(group.range().orElseThrow().shard()).forEach(id -> all.put(id, true));
    }
    return List.copyOf(all.keySet());
  }

  @Override
  public byte[] segment(SegmentId id) {
    RuntimeException damage = new SeedException("segment " + id + " is in no folder");
    for (DataFolder folder : holders) {
      LocalSegmentStore store = store(folder);
      if (store.contains(id)) {
        try {
          byte[] bytes = store.read(id, 0, Math.toIntExact(store.length(id)));
          SegmentVerifier.verify(id, bytes);
          return bytes;
        } catch (RuntimeException e) {
          damage = e;
        }
      }
    }
    throw damage;
  }

  @Override
  public long segmentBytes() {
    return segments().stream().mapToLong(this::length).sum();
  }

  private long length(SegmentId id) {
    return holders.stream()
        .map(this::store)
        .filter(store -> store.contains(id))
        .findFirst()
        .map(store -> store.length(id))
        .orElse(0L);
  }
}
