package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.ReplicatedLog;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings failed replicas back: starts them again, at growing intervals, since a full disk gets
 * space and a failing one may recover. A replica that fails again and again is damaged; when
 * another node leads its group and serves, this node gives its memory up and comes back as a new
 * incarnation. While nobody else serves, it keeps what it has: it may be all there is.
 */
public final class ReplicaGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaGuard.class);
  private static final long ROUND_MILLIS = 1_000;
  private static final int ATTEMPTS_MAX = 4;
  private static final int LONGEST_PAUSE_ROUNDS = 30;

  private static final class Attempts {
    private int made;
    private int roundsToWait = 1;
  }

  private final Replicas replicas;
  private final Predicate<GroupId> dispensable;
  private final BooleanSupplier diskFull;
  private final ScheduledExecutorService timer;
  private final Executor workers;
  private final Runnable giveUp;
  private final Map<GroupId, Attempts> failing = new ConcurrentHashMap<>();
  private ScheduledFuture<?> rounds;
  private boolean givenUp;

  /**
   * @param dispensable whether others can do without this node's replica of a group
   * @param diskFull while it is, nothing can come of another start, and the failure is the disk's
   * @param giveUp told once that the node shall come back as a new incarnation
   */
  public ReplicaGuard(
      Replicas replicas,
      Predicate<GroupId> dispensable,
      BooleanSupplier diskFull,
      ScheduledExecutorService timer,
      Executor workers,
      Runnable giveUp) {
    this.replicas = replicas;
    this.dispensable = dispensable;
    this.diskFull = diskFull;
    this.timer = timer;
    this.workers = workers;
    this.giveUp = giveUp;
  }

  public synchronized void start() {
    rounds =
        timer.scheduleWithFixedDelay(
            () -> workers.execute(this::round), ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A replica has just failed: the first attempt to start it comes with the next round. */
  public void failed(GroupId group) {
    failing.computeIfAbsent(group, id -> new Attempts());
  }

  private synchronized void round() {
    for (ReplicatedLog log : replicas.logs()) {
      switch (log.health()) {
        case Health.Failed failed -> retry(log.id(), failed.reason());
        case Health.Starting starting -> {}
        case Health.Healthy healthy -> failing.remove(log.id());
      }
    }
  }

  private void retry(GroupId group, Throwable why) {
    if (diskFull.getAsBoolean()) {
      failing.put(group, new Attempts());
      return;
    }
    Attempts attempts = failing.computeIfAbsent(group, id -> new Attempts());
    if (--attempts.roundsToWait > 0 || givenUp) {
      return;
    }
    if (attempts.made >= ATTEMPTS_MAX && dispensable.test(group)) {
      LOG.error(
          "the replica of group {} is damaged; the node gives it up and joins anew", group, why);
      givenUp = true;
      giveUp.run();
      return;
    }
    attempts.made++;
    attempts.roundsToWait = Math.min(LONGEST_PAUSE_ROUNDS, 1 << Math.min(attempts.made, 5));
    try {
      if (replicas.reopen(group)) {
        LOG.info("the replica of group {} was started again (attempt {})", group, attempts.made);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the replica of group {} does not start: {}", group, e.toString());
    }
  }

  @Override
  public synchronized void close() {
    if (rounds != null) {
      rounds.cancel(false);
    }
  }
}
