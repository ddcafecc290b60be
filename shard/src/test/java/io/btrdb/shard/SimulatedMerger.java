package io.btrdb.shard;

import io.btrdb.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The leader's merger as a node would drive it, and as one with bad luck would: parts that get
 * lost, commits without parts, parts without commit, old folds submitted in a later term.
 */
final class SimulatedMerger {
  private final SplittableRandom random;
  private final Simulation simulation;

  /** Null when segments travel through the log. */
  private final SimulatedPool pool;

  private PreparedCommit outstanding;
  private Replica owner;
  private int ownerIncarnation;
  private long preparedIn;
  private final List<byte[]> toSubmit = new ArrayList<>();
  private boolean complete;

  /** Whether the outstanding segment is in the pool for sure. */
  private boolean written;

  /** A fold of an earlier term, with its parts. */
  private record Stale(long term, List<byte[]> commands) {}

  private final List<Stale> stale = new ArrayList<>();
  long prepared;
  long committed;
  long ignored;
  long staleSubmitted;

  SimulatedMerger(SplittableRandom random, Simulation simulation, SimulatedPool pool) {
    this.random = random;
    this.simulation = simulation;
    this.pool = pool;
  }

  void step(Replica leader, long term) {
    if (outstanding != null && !mine(leader)) {
      outstanding = null;
      toSubmit.clear();
    }
    if (!stale.isEmpty() && random.nextInt(4) == 0) {
      submitStale(term);
      return;
    }
    if (outstanding == null) {
      prepare(leader, term);
    } else if (!written) {
      written = pool.write(outstanding);
    } else if (!toSubmit.isEmpty()) {
      submitNext(leader, term);
    }
  }

  private boolean mine(Replica leader) {
    return leader == owner && leader.incarnation == ownerIncarnation;
  }

  private void prepare(Replica leader, long term) {
    MergeLimits limits =
        new MergeLimits(
            1L << random.nextInt(5, 20),
            random.nextInt(1, 8),
            1 << random.nextInt(7, 18),
            random.nextBoolean() ? 0 : Long.MAX_VALUE,
            pool == null);
    try {
      Optional<PreparedCommit> next =
          leader.merger.prepare(leader.shard, leader.trees, term, 0, limits);
      if (next.isPresent()) {
        prepared++;
        outstanding = next.get();
        owner = leader;
        ownerIncarnation = leader.incarnation;
        preparedIn = term;
        complete = true;
        written = pool == null;
        toSubmit.addAll(commands(outstanding));
      }
    } catch (StorageException e) {
      // A read failed; the merger has undone everything and will try again.
      return;
    }
  }

  /** The prepared commit's commands, its segment cut into random pieces unless it is pooled. */
  private List<byte[]> commands(PreparedCommit commit) {
    if (pool != null) {
      return List.of(commit.commitCommand());
    }
    byte[] segment = commit.segmentBytes();
    List<byte[]> commands = new ArrayList<>();
    long number = commit.segment().number();
    int at = 0;
    while (at < segment.length) {
      int end = Math.min(segment.length, at + random.nextInt(1, segment.length + 1));
      commands.add(
          CommandCodec.encode(
              new Command.SegmentPart(
                  number, commands.size(), Arrays.copyOfRange(segment, at, end))));
      at = end;
    }
    byte[] bytes = commit.commitCommand();
    Command.Commit last = (Command.Commit) CommandCodec.decode(bytes, 0, bytes.length);
    commands.add(
        CommandCodec.encode(
            new Command.Commit(
                number, commands.size(), last.length(), last.crc32c(), last.streams())));
    return commands;
  }

  private void submitNext(Replica leader, long term) {
    byte[] command = toSubmit.removeFirst();
    boolean isCommit = toSubmit.isEmpty();
    if (!isCommit && random.nextInt(25) == 0) {
      complete = false;
      return;
    }
    if (random.nextInt(30) == 0) {
      abandon(leader);
      return;
    }
    if (!isCommit) {
      simulation.submit(command, SimulatedLog.Waiter.NOBODY);
      return;
    }
    PreparedCommit awaited = outstanding;
    boolean whole = complete;
    simulation.submit(
        command,
        new SimulatedLog.Waiter() {
          @Override
          public void outcome(Outcome outcome) {
            if (outstanding == awaited && mine(leader)) {
              settle(leader, awaited, outcome, whole);
            }
          }

          @Override
          public void lost() {
            if (outstanding == awaited) {
              abandonIfMine(leader);
            }
          }
        });
    if (random.nextInt(10) == 0) {
      simulation.submit(command, SimulatedLog.Waiter.NOBODY);
    }
  }

  private void settle(Replica leader, PreparedCommit commit, Outcome outcome, boolean whole) {
    if (outcome instanceof Outcome.Done) {
      committed++;
      if (!whole) {
        throw new AssertionError("a commit without all its parts was " + outcome);
      }
    } else {
      ignored++;
    }
    leader.merger.settled(commit, leader.shard, leader.trees);
    outstanding = null;
  }

  private void abandonIfMine(Replica leader) {
    if (mine(leader)) {
      abandon(leader);
    } else {
      outstanding = null;
      toSubmit.clear();
    }
  }

  private void abandon(Replica leader) {
    leader.merger.abandoned(outstanding, leader.trees);
    outstanding = null;
    toSubmit.clear();
  }

  /** Leadership is gone: what was prepared may turn up again when this node leads once more. */
  void leadershipLost() {
    if (outstanding == null) {
      return;
    }
    stale.add(new Stale(preparedIn, commands(outstanding)));
    if (!written) {
      // The deposed leader does not know it yet, and writes on.
      pool.writeLate(outstanding);
    }
    if (owner.incarnation == ownerIncarnation) {
      owner.merger.abandoned(outstanding, owner.trees);
      owner.trees.dropAll();
    }
    outstanding = null;
    toSubmit.clear();
  }

  private void submitStale(long term) {
    Stale old = stale.removeFirst();
    if (old.term() == term) {
      return;
    }
    staleSubmitted++;
    for (byte[] command : old.commands()) {
      boolean last = command == old.commands().getLast();
      simulation.submitIn(
          random.nextBoolean() ? old.term() : term,
          command,
          new SimulatedLog.Waiter() {
            @Override
            public void outcome(Outcome outcome) {
              if (last && !(outcome instanceof Outcome.Ignored)) {
                throw new AssertionError("a fold of an earlier term was applied: " + outcome);
              }
            }

            @Override
            public void lost() {}
          });
    }
  }
}
