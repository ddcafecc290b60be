package io.btrdb.node.pool;

import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.PinnedCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the newest checkpoint of one group in the pool, as its leader. A file that the checkpoint
 * before had, too, is not written again. What a leader writes has its term in the name, and no
 * other leader's manifest names it: so one that was deposed without noticing can clear away what it
 * wrote itself, and nothing else. Used by one thread.
 */
final class StateArchive {
  private final Pool pool;
  private final String group;

  /** Where the files are that this leader wrote last; of the term below. */
  private Map<CheckpointFile, String> written = new HashMap<>();

  private long writtenTerm = -1;

  /**
   * @param group as {@link PoolNames} calls it
   */
  StateArchive(Pool pool, String group) {
    this.pool = pool;
    this.group = group;
  }

  private String manifestName() {
    return PoolNames.manifest(pool.incarnation().number(), group);
  }

  /** What is archived now; empty when nothing is. */
  Optional<ArchivedState> newest() {
    return pool.objects()
        .read(manifestName())
        .map(stored -> ArchivedState.decode(stored.content()));
  }

  /**
   * Archives a checkpoint.
   *
   * @param term in which this node leads the group
   * @return false when a leader of a later term has archived one: then this one is deposed
   * @throws StorageException when the pool fails; try again
   */
  boolean write(PinnedCheckpoint checkpoint, long term, long nowMillis) {
    ObjectPool objects = pool.objects();
    Optional<ObjectPool.Stored> stored = objects.read(manifestName());
    Optional<ArchivedState> before = stored.map(found -> ArchivedState.decode(found.content()));
    if (before.isPresent() && before.get().term() > term) {
      return false;
    }
    if (before.isPresent() && before.get().position().index() > checkpoint.position().index()) {
      // Segments may be gone that this older state needs.
      throw new StorageException(
          "object %s has a state at %s already, later than %s"
              .formatted(manifestName(), before.get().position(), checkpoint.position()));
    }
    if (writtenTerm != term) {
      written = new HashMap<>();
      writtenTerm = term;
    }
    Map<CheckpointFile, String> files = upload(checkpoint, term);
    ArchivedState after =
        new ArchivedState(
            term,
            nowMillis,
            checkpoint.manifest(),
            checkpoint.manifest().files().stream().map(files::get).toList());
    pool.checkNewest();
    boolean replaced =
        stored.isPresent()
            ? objects.replace(manifestName(), stored.get().version(), after.encode())
            : objects.create(manifestName(), after.encode());
    if (!replaced) {
      // By another leader, or by a call of this one that was given up and went on.
      throw new StorageException("object " + manifestName() + " was replaced meanwhile");
    }
    written = files;
    before.ifPresent(old -> clear(old, after));
    return true;
  }

  private Map<CheckpointFile, String> upload(PinnedCheckpoint checkpoint, long term) {
    Map<CheckpointFile, String> files = new HashMap<>();
    String folder =
        PoolNames.state(pool.incarnation().number(), group, term, checkpoint.position().index());
    int number = 0;
    for (CheckpointFile file : checkpoint.manifest().files()) {
      String known = written.get(file);
      String prefix = known == null ? String.format(Locale.ROOT, "%s%04d", folder, number) : known;
      if (known == null) {
        upload(checkpoint, file, prefix);
      }
      files.put(file, prefix);
      number++;
    }
    return files;
  }

  private void upload(PinnedCheckpoint checkpoint, CheckpointFile file, String prefix) {
    long offset = 0;
    for (String name : ArchivedState.pieces(prefix, file)) {
      byte[] piece = checkpoint.read(file.name(), offset, ArchivedState.PIECE_BYTES);
      pool.objects().replace(name, piece);
      offset += piece.length;
    }
  }

  private void clear(ArchivedState before, ArchivedState after) {
    if (pool.pins().isBeingOpened()) {
      // Somebody may be reading the state before; a sweep will find what is left of it.
      return;
    }
    Set<String> needed = new HashSet<>(after.pieces());
    before.pieces().stream().filter(name -> !needed.contains(name)).forEach(pool.objects()::delete);
  }

  /** Clears away what uploads have left that came to nothing, by this leader or earlier ones. */
  void sweep() {
    Optional<ArchivedState> newest = newest();
    if (newest.isEmpty() || newest.get().term() != writtenTerm || pool.pins().isBeingOpened()) {
      return;
    }
    String prefix = PoolNames.states(pool.incarnation().number(), group);
    Set<String> needed = new HashSet<>(newest.get().pieces());
    List<String> left = new ArrayList<>();
    for (String name : pool.objects().list(prefix)) {
      if (PoolNames.term(name, prefix) <= writtenTerm && !needed.contains(name)) {
        left.add(name);
      }
    }
    left.forEach(pool.objects()::delete);
  }
}
