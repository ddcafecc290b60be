package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Raw points of a stream by version, to recompute other answers from. */
final class ReadPairs {
  private record Raw(long start, long end, Columns points) {}

  private final Map<StreamVersion, List<Raw>> byVersion = new HashMap<>();

  /**
   * @param ops of one stream
   */
  ReadPairs(List<Op> ops) {
    for (Op op : ops) {
      if (op.isOk()
          && op.call() instanceof Call.Values values
          && op.answer() instanceof Answer.Points read) {
        byVersion
            .computeIfAbsent(op.version(), v -> new ArrayList<>(1))
            .add(new Raw(values.start(), values.end(), read.columns()));
      }
    }
  }

  /** All points in [start, end) at a version, if some read covers that. */
  Optional<Columns> points(StreamVersion version, long start, long end) {
    for (Raw raw : byVersion.getOrDefault(version, List.of())) {
      if (raw.start() <= start && raw.end() >= end) {
        return Optional.of(raw.points().between(start, end));
      }
    }
    return Optional.empty();
  }
}
