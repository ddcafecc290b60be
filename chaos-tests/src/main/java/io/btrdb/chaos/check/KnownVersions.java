package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The newest version of a stream that somebody had been told of, at any moment. */
final class KnownVersions {
  private final long[] completions;
  private final StreamVersion[] newest;

  /**
   * @param ops of one stream; those that are not OK or have no version tell nothing
   */
  KnownVersions(List<Op> ops) {
    List<Op> told =
        ops.stream()
            .filter(op -> op.isOk() && op.version().isAfter(StreamVersion.NONE))
            .sorted(Comparator.comparingLong(Op::completeNs))
            .toList();
    completions = told.stream().mapToLong(Op::completeNs).toArray();
    newest = new StreamVersion[completions.length];
    StreamVersion known = StreamVersion.NONE;
    for (int i = 0; i < newest.length; i++) {
      known = known.max(told.get(i).version());
      newest[i] = known;
    }
  }

  /** The newest version told by an operation that completed before a moment. */
  StreamVersion before(long ns) {
    int at = Arrays.binarySearch(completions, ns);
    int behind = at < 0 ? -at - 1 : at;
    while (behind > 0 && completions[behind - 1] >= ns) {
      behind--;
    }
    return behind == 0 ? StreamVersion.NONE : newest[behind - 1];
  }
}
