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

  void beginOpening() {
    opening = true;
    openingTries++;
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

  void openingFailed(String problem) {
    opening = false;
    openingProblem = problem;
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
