package io.btrdb.chaos.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * All operations of a run, in order of their invocation. Immutable.
 *
 * <p>A history whose writer died is a prefix of what happened, in which what was under way is INFO:
 * every operation that a recorded answer can depend on was invoked, and so written, before it.
 */
public final class History {
  private final List<Op> ops;
  private final boolean complete;
  private final Map<UUID, List<Op>> byStream = new LinkedHashMap<>();

  /**
   * @param complete whether the run came to its end, so that there are final reads
   */
  public History(List<Op> ops, boolean complete) {
    this.ops = ops.stream().sorted(Comparator.comparingLong(Op::id)).toList();
    this.complete = complete;
    for (Op op : this.ops) {
      op.uuid().ifPresent(uuid -> byStream.computeIfAbsent(uuid, u -> new ArrayList<>()).add(op));
    }
  }

  /**
   * Reads a file of {@link HistoryWriter}, as far as it goes when its end is torn off.
   *
   * @throws IOException when it cannot be read, or is damaged anywhere but at its end
   */
  public static History read(Path file) throws IOException {
    return HistoryReader.read(file);
  }

  public List<Op> ops() {
    return ops;
  }

  public boolean isComplete() {
    return complete;
  }

  /** Operations on each stream, in order of their invocation. */
  public Map<UUID, List<Op>> byStream() {
    return byStream;
  }

  /** Operations whose call is of a kind. */
  public List<Op> of(Class<? extends Call> kind) {
    return ops.stream().filter(op -> kind.isInstance(op.call())).toList();
  }

  /** When a phase began, empty if it never did. */
  public OptionalLong began(Call.Phase phase) {
    return ops.stream()
        .filter(op -> op.call().equals(new Call.Enter(phase)))
        .mapToLong(Op::invokeNs)
        .findFirst();
  }
}
