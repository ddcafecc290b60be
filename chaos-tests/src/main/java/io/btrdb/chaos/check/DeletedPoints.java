package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.Arrays;
import java.util.List;

/** Which of the written points must be gone, since when, and which may be. Clocks decide. */
final class DeletedPoints {
  private static final StreamVersion NEVER = new StreamVersion(Long.MAX_VALUE, 0);

  private final long[] goneNs;
  private final StreamVersion[] goneAt;
  private final boolean[] mayBeGone;

  DeletedPoints(WrittenPoints points, List<Op> ops) {
    goneNs = new long[points.size()];
    goneAt = new StreamVersion[points.size()];
    mayBeGone = new boolean[points.size()];
    Arrays.fill(goneNs, Op.NEVER);
    Arrays.fill(goneAt, NEVER);
    for (Op op : ops) {
      if (op.call() instanceof Call.Delete delete && op.mayHaveHappened()) {
        int end = points.from(delete.end());
        for (int i = points.from(delete.start()); i < end; i++) {
          delete(i, points.get(i).op(), op);
        }
      }
    }
  }

  private void delete(int point, Op insert, Op delete) {
    if (delete.completeNs() < insert.invokeNs()) {
      return;
    }
    mayBeGone[point] = true;
    if (delete.isOk() && insert.isOk() && insert.completeNs() < delete.invokeNs()) {
      goneNs[point] = Math.min(goneNs[point], delete.completeNs());
      if (delete.version().compareTo(goneAt[point]) < 0) {
        goneAt[point] = delete.version();
      }
    }
  }

  /** Whether a read of the latest that was invoked then must not show it. */
  boolean isGone(int point, long invokeNs) {
    return goneNs[point] < invokeNs;
  }

  /** Whether a read of a version must not show it. */
  boolean isGone(int point, StreamVersion version) {
    return goneAt[point].compareTo(version) <= 0;
  }

  /** Whether some delete may have taken it. */
  boolean mayBeGone(int point) {
    return mayBeGone[point];
  }
}
