package io.btrdb.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The writes of one shard that have no outcome yet, and the session they are numbered in. Io
 * thread.
 */
final class ShardLane {
  private final int shard;

  /** Not numbered yet: the session is not open, or its window is full. */
  private final ArrayDeque<PendingWrite> unnumbered = new ArrayDeque<>();

  /** Numbered, and not at any node: to be sent again later. */
  private final Set<PendingWrite> parked = new LinkedHashSet<>();

  private Session session;
  private boolean opening;
  private int openingTries;
  private int openingAttempt;
  private String openingProblem;
  private String leader;
  private long term;

  ShardLane(int shard) {
    this.shard = shard;
  }

  int shard() {
    return shard;
  }

  ArrayDeque<PendingWrite> unnumbered() {
    return unnumbered;
  }

  Set<PendingWrite> parked() {
    return parked;
  }

  List<PendingWrite> takeParked() {
    List<PendingWrite> taken = new ArrayList<>(parked);
    parked.clear();
    return taken;
  }

  /** The open session, or null. */
  Session session() {
    return session;
  }

  boolean isOpening() {
    return opening;
  }

  /** Returns the number of this attempt, by which its failure is told from an older one's. */
  int beginOpening() {
    opening = true;
    openingTries++;
    return ++openingAttempt;
  }

  /** The attempt that is under way went to a node that no longer matters. */
  void forgetOpening() {
    opening = false;
    openingAttempt++;
  }

  int openingTries() {
    return openingTries;
  }

  void opened(Session fresh) {
    session = fresh;
    opening = false;
    openingTries = 0;
    openingProblem = null;
  }

  /** False when another attempt has begun since. */
  boolean openingFailed(int attempt, String problem) {
    if (attempt != openingAttempt) {
      return false;
    }
    opening = false;
    openingProblem = problem;
    return true;
  }

  String openingProblem() {
    return openingProblem;
  }

  /** The shard no longer knows this session; another one that was opened meanwhile stays. */
  void lost(Session gone) {
    if (session == gone) {
      session = null;
    }
  }

  /** Whether the leader is another one than at the last call, or was elected anew. */
  boolean follow(String newLeader, long newTerm) {
    boolean changed = newTerm > term || (newLeader != null && !newLeader.equals(leader));
    leader = newLeader;
    term = newTerm;
    return changed;
  }

  String leader() {
    return leader;
  }

  /** Whether writes wait for a node to send them to. */
  boolean isStuck() {
    return !parked.isEmpty() || (session == null && !unnumbered.isEmpty());
  }
}
