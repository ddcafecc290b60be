package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.codec.PointsCodec;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeEditor;
import java.util.List;
import java.util.TreeMap;

/**
 * One stream's operations folded on top of its materialised root, for reads of what has no root yet
 * and for the commit that will give it one. What was folded is kept, so that each operation is
 * folded once; each sealed version is frozen as it was when its last operation was in.
 *
 * <p>It follows the stream by itself: when a Commit has been applied that set the very roots this
 * tree wrote, it goes on from its own nodes; when the roots are another's, it begins again.
 *
 * <p>Not thread-safe: one at a time, see {@link WorkingTrees}.
 */
public final class WorkingTree {
  /** Small inserts in a row are folded as one, up to so many points. */
  private static final int RUN_POINTS = 65_536;

  private final Tree tree;
  private final StateStore state;

  /** Null when nothing is folded. */
  private TreeEditor editor;

  /** The materialised version and root that the stream had when last seen. */
  private long baseVersion;

  private Root baseRoot;

  /** The version whose operations were folded last, or the base version. */
  private long begun;

  /** Ordinal of the next operation to fold. */
  private long next;

  /** Sealed versions above the base that are folded, each as its last operation left it. */
  private final TreeMap<Long, Root> frozen = new TreeMap<>();

  /** Those of them that were written to a segment. */
  private final TreeMap<Long, Root> written = new TreeMap<>();

  /** Everything folded so far; null when more was folded since it was frozen. */
  private Root latest;

  WorkingTree(Tree tree, StateStore state) {
    this.tree = tree;
    this.state = state;
  }

  /**
   * The stream with everything in {@code stream}, pending operations included.
   *
   * @throws OperationGoneException when {@code stream} is out of date; take a newer one
   */
  public Root latest(StreamState stream) {
    if (isAhead(stream)) {
      return new WorkingTree(tree, state).latest(stream);
    }
    follow(stream);
    if (stream.isIdle()) {
      return stream.root();
    }
    fold(stream, Long.MAX_VALUE);
    if (latest == null) {
      latest = editor.freeze();
    }
    return latest;
  }

  /**
   * A sealed version of the stream, its materialised one or a later one.
   *
   * @throws OperationGoneException when {@code stream} is out of date; take a newer one
   */
  public Root version(StreamState stream, long version) {
    if (version < stream.materialised() || version > stream.major()) {
      throw new IllegalArgumentException("version " + version + " is not to be folded: " + stream);
    }
    if (version == stream.materialised()) {
      return stream.root();
    }
    if (isAhead(stream)) {
      return new WorkingTree(tree, state).version(stream, version);
    }
    follow(stream);
    fold(stream, version);
    return frozen.get(version);
  }

  /** Forgets what was folded. */
  public void drop() {
    editor = null;
    baseRoot = null;
    latest = null;
    frozen.clear();
    written.clear();
  }

  /** Whether nothing is folded, so that the object can as well be forgotten. */
  public boolean isEmpty() {
    return editor == null;
  }

  /** Estimated bytes of nodes that no segment has yet: what dropping it would free at least. */
  public long dirtyBytes() {
    return editor == null ? 0 : editor.dirtyBytes();
  }

  /** Folds through a sealed version and writes it; versions are written in order. */
  Root write(StreamState stream, long version, SegmentBuilder out) {
    Root root = editor.write(version(stream, version), out);
    written.put(version, root);
    return root;
  }

  List<DeadBlock> takeDead(long version) {
    return editor.takeDead(version);
  }

  /** Takes notice of what was applied; frees the nodes when nothing is folded beyond it. */
  void settle(StreamState stream) {
    if (editor != null && !isAhead(stream)) {
      follow(stream);
    }
  }

  /** Whether more was folded than {@code stream} holds: the snapshot is an older one. */
  private boolean isAhead(StreamState stream) {
    if (!stream.isLive()) {
      throw new IllegalArgumentException("there is nothing to fold: " + stream);
    }
    return editor != null && (stream.materialised() < baseVersion || stream.operationsEnd() < next);
  }

  private void follow(StreamState stream) {
    if (editor == null) {
      begin(stream);
      return;
    }
    if (stream.materialised() == baseVersion && RootCodec.same(stream.root(), baseRoot)) {
      return;
    }
    Root own = written.get(stream.materialised());
    boolean mine = own != null && RootCodec.same(own, stream.root());
    if (!mine || next == stream.operationsBefore()) {
      // Another's roots, or all of mine are stored now: nodes come back through the cache.
      begin(stream);
      return;
    }
    baseVersion = stream.materialised();
    baseRoot = stream.root();
    frozen.headMap(baseVersion, true).clear();
    written.headMap(baseVersion, true).clear();
  }

  private void begin(StreamState stream) {
    drop();
    if (!stream.isIdle()) {
      editor = tree.edit(stream.root());
    }
    baseVersion = stream.materialised();
    baseRoot = stream.root();
    begun = baseVersion;
    next = stream.operationsBefore();
  }

  /** Folds what is missing through {@code version}. */
  private void fold(StreamState stream, long version) {
    try {
      Backlog backlog = stream.backlog();
      int i = (int) (next - stream.operationsBefore());
      while (true) {
        boolean complete = i == backlog.size() || backlog.get(i).version > begun;
        if (complete && begun > baseVersion && begun <= stream.major()) {
          freezeVersion();
        }
        if (i == backlog.size() || backlog.get(i).version > version) {
          return;
        }
        i = foldRun(stream, i);
        next = stream.operationsBefore() + i;
      }
    } catch (RuntimeException e) {
      // Half an operation may be in: what was folded is worth nothing any more.
      drop();
      throw e;
    }
  }

  private void freezeVersion() {
    if (!frozen.containsKey(begun)) {
      latest = latest == null ? editor.freeze() : latest;
      frozen.put(begun, latest);
    }
  }

  /**
   * Folds the operation at {@code i}, and with it the inserts of its version and policy that
   * follow: merging their points in one go comes to the same as merging them one by one. Returns
   * the index after them.
   */
  private int foldRun(StreamState stream, int i) {
    LoggedOperation first = stream.backlog().get(i);
    if (first.version != begun) {
      editor.beginVersion(first.version);
      begun = first.version;
    }
    latest = null;
    if (first.isDelete()) {
      ByteReader in = new ByteReader(body(stream, i));
      editor.delete(in.readLong(), in.readLong());
      return i + 1;
    }
    int end = i;
    int points = 0;
    do {
      points += stream.backlog().get(end).points;
      end++;
    } while (end < stream.backlog().size() && joins(first, stream.backlog().get(end), points));
    insert(stream, i, end, points, first.policy());
    return end;
  }

  private static boolean joins(LoggedOperation first, LoggedOperation next, int points) {
    return next.kind == first.kind
        && next.version == first.version
        && points + next.points <= RUN_POINTS;
  }

  private void insert(StreamState stream, int from, int to, int points, MergePolicy policy) {
    long[] times = new long[points];
    double[] values = new double[points];
    int filled = 0;
    for (int i = from; i < to; i++) {
      byte[] body = body(stream, i);
      int expected = stream.backlog().get(i).points;
      if (PointsCodec.count(body, 0, body.length) != expected) {
        throw new MalformedBytesException(
            "an insert of %d points holds %d"
                .formatted(expected, PointsCodec.count(body, 0, body.length)));
      }
      filled += PointsCodec.decode(body, 0, body.length, times, values, filled);
    }
    editor.insert(times, values, 0, filled, policy);
  }

  private byte[] body(StreamState stream, int i) {
    LoggedOperation operation = stream.backlog().get(i);
    if (operation.body != null) {
      return operation.body;
    }
    long ordinal = stream.operationsBefore() + i;
    byte[] stored = state.get(StateKeys.operation(stream.uuid(), ordinal));
    if (stored == null) {
      throw new OperationGoneException(stream, ordinal);
    }
    return LoggedOperation.decode(stored).body;
  }
}
