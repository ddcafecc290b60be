package io.btrdb.consensus;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Why a group did not do what was asked. */
public final class ConsensusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public enum Kind {
    /** This replica does not lead; {@link #leader()} may say who does. */
    NOT_LEADER,
    /** No majority within the deadline. */
    UNAVAILABLE,
    /** The queue of this log is full; try again after {@link #retryAfter()}. */
    OVERLOADED,
    /** This replica has failed: see {@link ReplicatedLog#health()}. */
    FAILED,
    /** A change of membership or leadership that is not safe, or not possible, now. */
    REFUSED
  }

  /** Whether what was asked for may have happened all the same. */
  public enum Applied {
    /** It did not happen and never will. */
    NO,
    /** It may have happened, or may happen still. */
    UNKNOWN
  }

  private final Kind kind;
  private final Applied applied;
  private final transient Optional<PeerId> leader;
  private final Duration retryAfter;

  private ConsensusException(
      Kind kind, Applied applied, Optional<PeerId> leader, Duration retryAfter, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind);
    this.applied = Objects.requireNonNull(applied);
    this.leader = leader;
    this.retryAfter = retryAfter;
  }

  static ConsensusException notLeader(Optional<PeerId> leader) {
    return new ConsensusException(
        Kind.NOT_LEADER,
        Applied.NO,
        leader,
        Duration.ZERO,
        leader.map(id -> "not the leader; the leader is " + id).orElse("not the leader"));
  }

  static ConsensusException unavailable(Applied applied, String message) {
    return new ConsensusException(
        Kind.UNAVAILABLE, applied, Optional.empty(), Duration.ZERO, message);
  }

  static ConsensusException overloaded(Duration retryAfter, String message) {
    return new ConsensusException(
        Kind.OVERLOADED, Applied.NO, Optional.empty(), retryAfter, message);
  }

  static ConsensusException failed(Applied applied, Throwable reason) {
    ConsensusException e =
        new ConsensusException(
            Kind.FAILED, applied, Optional.empty(), Duration.ZERO, "this replica has failed");
    e.initCause(reason);
    return e;
  }

  static ConsensusException refused(String message) {
    return new ConsensusException(
        Kind.REFUSED, Applied.NO, Optional.empty(), Duration.ZERO, message);
  }

  static ConsensusException refused(String message, Applied applied, Throwable cause) {
    ConsensusException e =
        new ConsensusException(Kind.REFUSED, applied, Optional.empty(), Duration.ZERO, message);
    e.initCause(cause);
    return e;
  }

  public Kind kind() {
    return kind;
  }

  public Applied applied() {
    return applied;
  }

  /** Whom to ask instead, when known; only for {@link Kind#NOT_LEADER}. */
  public Optional<PeerId> leader() {
    return leader == null ? Optional.empty() : leader;
  }

  /** When to try again; zero except for {@link Kind#OVERLOADED}. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
