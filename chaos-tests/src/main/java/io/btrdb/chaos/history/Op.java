package io.btrdb.chaos.history;

import java.util.Optional;
import java.util.UUID;

/**
 * One operation of one process. All times come from the monotonic clock of one JVM.
 *
 * @param id its place in the order of invocations, from 0
 * @param process who asked; one operation at a time, and none after one that stayed INFO
 * @param completeNs {@link #NEVER} for INFO: it may take effect at any time after its invocation
 * @param version that was read or made; {@link StreamVersion#NONE} where there is none
 */
public record Op(
    long id,
    int process,
    Call call,
    long invokeNs,
    long completeNs,
    Type type,
    Answer answer,
    StreamVersion version) {
  public static final long NEVER = Long.MAX_VALUE;

  /** How it ended. */
  public enum Type {
    /** It took effect and this is the answer. */
    OK,
    /** It had no effect and never will. */
    FAIL,
    /** Nobody knows. */
    INFO
  }

  public boolean isOk() {
    return type == Type.OK;
  }

  /** Whether it changed something, or may have. */
  public boolean mayHaveHappened() {
    return type != Type.FAIL;
  }

  public Optional<UUID> uuid() {
    return call.stream();
  }

  @Override
  public String toString() {
    return "#%d of process %d: %s -> %s %s at %s"
        .formatted(id, process, call, type, answer, version);
  }
}
