package io.btrdb.shard;

import io.btrdb.tree.Root;
import java.util.UUID;

/**
 * One stream at one point of the log: immutable, published by the apply thread, read by any.
 *
 * <p>Versions up to {@link #materialised} have roots; those above it up to {@link #major} are
 * sealed and wait to be folded; operations after them are pending and counted by {@link #minor}. An
 * idle stream, with nothing sealed or pending, is this object and its root.
 */
public final class StreamState {
  private final UUID uuid;
  private final long major;
  private final long materialised;

  /** The materialised version's; null for a tombstone. */
  private final Root root;

  private final long throughIndex;

  /** Operations that are in the root: the ordinal of the backlog's first. */
  private final long operationsBefore;

  private final Backlog backlog;
  private final Retention retention;

  StreamState(
      UUID uuid,
      long major,
      long materialised,
      Root root,
      long throughIndex,
      long operationsBefore,
      Backlog backlog,
      Retention retention) {
    this.uuid = uuid;
    this.major = major;
    this.materialised = materialised;
    this.root = root;
    this.throughIndex = throughIndex;
    this.operationsBefore = operationsBefore;
    this.backlog = backlog;
    this.retention = retention;
  }

  static StreamState created(UUID uuid) {
    long first = ShardLimits.FIRST_VERSION;
    return new StreamState(uuid, first, first, Root.EMPTY, -1, 0, Backlog.EMPTY, Retention.ALL);
  }

  static StreamState tombstone(UUID uuid) {
    return new StreamState(uuid, 0, 0, null, -1, 0, Backlog.EMPTY, Retention.ALL);
  }

  public UUID uuid() {
    return uuid;
  }

  /** False for a tombstone: the stream was dropped, and its UUID will never live again. */
  public boolean isLive() {
    return root != null;
  }

  /** The latest sealed version, {@link ShardLimits#FIRST_VERSION} for a new stream. */
  public long major() {
    return major;
  }

  /** Points logged since {@link #major} was sealed, before merge policies. */
  public long minor() {
    return backlog.pendingPoints();
  }

  /** The latest version that has a root. */
  public long materialised() {
    return materialised;
  }

  /** What of it can be read. */
  public Retention retention() {
    return retention;
  }

  /** The lowest version that can be read. */
  public long oldest() {
    return retention.oldest();
  }

  /** The root of {@link #materialised}; null for a tombstone. */
  public Root root() {
    return root;
  }

  /** Log index of the last operation that {@link #root} contains, -1 when it contains none. */
  public long throughIndex() {
    return throughIndex;
  }

  /** Versions that are sealed and have no root yet. */
  public long sealedVersions() {
    return major - materialised;
  }

  /** Whether the latest state is the materialised one: nothing sealed, nothing pending. */
  public boolean isIdle() {
    return backlog.size() == 0;
  }

  public boolean hasPending() {
    return backlog.size() > backlog.sealed();
  }

  /** Log time of the oldest pending operation; 0 when none is pending. */
  public long pendingSinceMillis() {
    return hasPending() ? backlog.pendingSinceMillis() : 0;
  }

  /** Bytes of pending operations, their share of overhead included. */
  public long pendingBytes() {
    return backlog.pendingBytes();
  }

  /** Bytes of operations of sealed versions. */
  public long sealedBytes() {
    return backlog.sealedBytes();
  }

  /** Bytes of all operations that are in no root. */
  public long backlogBytes() {
    return backlog.pendingBytes() + backlog.sealedBytes();
  }

  /** Log index of the oldest operation that is in no root, {@link Long#MAX_VALUE} when all are. */
  public long firstIndex() {
    return isIdle() ? Long.MAX_VALUE : backlog.get(0).index;
  }

  Backlog backlog() {
    return backlog;
  }

  long operationsBefore() {
    return operationsBefore;
  }

  /** Ordinal after the newest operation. */
  long operationsEnd() {
    return operationsBefore + backlog.size();
  }

  StreamState with(Retention newRetention) {
    return new StreamState(
        uuid, major, materialised, root, throughIndex, operationsBefore, backlog, newRetention);
  }

  StreamState append(LoggedOperation operation, long logTimeMillis) {
    if (operation.version != major + 1) {
      throw new IllegalStateException(
          "an operation of version " + operation.version + " arrives at version " + major);
    }
    return with(major, backlog.append(operation, logTimeMillis));
  }

  StreamState seal() {
    if (!hasPending()) {
      throw new IllegalStateException("nothing is pending in stream " + uuid);
    }
    return with(major + 1, backlog.seal());
  }

  /** With {@code newRoot} as version {@code version}'s; its operations leave the backlog. */
  StreamState materialise(long version, Root newRoot) {
    int folded = operationsThrough(version);
    return new StreamState(
        uuid,
        major,
        version,
        newRoot,
        backlog.get(folded - 1).index,
        operationsBefore + folded,
        backlog.dropFirst(folded),
        retention);
  }

  /**
   * With the commit's roots, which may contain operations that this state never had, and none of
   * its backlog's that it did not know to be sealed but all of them.
   */
  StreamState recovered(StreamCommit commit) {
    long version = commit.baseVersion() + commit.roots().size();
    int folded = operationsThrough(version);
    Backlog rest = folded > backlog.sealed() ? backlog.seal() : backlog;
    return new StreamState(
        uuid,
        Math.max(major, version),
        version,
        commit.roots().getLast(),
        commit.throughIndex(),
        operationsBefore + folded,
        rest.dropFirst(folded),
        retention);
  }

  /** How many operations of the backlog belong to versions up to this one. */
  int operationsThrough(long version) {
    int low = 0;
    int high = backlog.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (backlog.get(middle).version <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private StreamState with(long newMajor, Backlog newBacklog) {
    return new StreamState(
        uuid, newMajor, materialised, root, throughIndex, operationsBefore, newBacklog, retention);
  }

  @Override
  public String toString() {
    return isLive()
        ? "%s at %d.%d, materialised %d".formatted(uuid, major, minor(), materialised)
        : uuid + " dropped";
  }
}
