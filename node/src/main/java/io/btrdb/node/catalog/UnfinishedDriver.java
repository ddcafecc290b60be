package io.btrdb.node.catalog;

import io.btrdb.catalog.UnfinishedStream;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this node leads the catalog, drives on the creates and obliterates that nobody runs any
 * more: all of them once when it becomes leader, later what a call left behind, again and again
 * with a growing pause until nothing is left. Thread-safe.
 */
final class UnfinishedDriver {
  /** Streams driven at the same time. */
  static final int AT_ONCE = 32;

  private static final Logger LOG = LoggerFactory.getLogger(UnfinishedDriver.class);

  private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_MIN_MILLIS = 50;
  private static final long PAUSE_MAX_MILLIS = 30_000;
  private static final long REJECTED_PAUSE_MILLIS = 1_000;

  private final StreamExistence existence;
  private final Executor work;
  private final Set<UUID> underway;

  /** Null while this node does not lead. */
  private volatile Reign current;

  UnfinishedDriver(StreamExistence existence, Executor work, Set<UUID> underway) {
    this.existence = existence;
    this.work = work;
    this.underway = underway;
  }

  void lead(LocalCatalog local) {
    follow();
    Reign reign = new Reign(local);
    current = reign;
    reign.wake();
  }

  void follow() {
    Reign reign = current;
    current = null;
    if (reign != null) {
      reign.over = true;
    }
  }

  /** Something was left unfinished. */
  void wake() {
    Reign reign = current;
    if (reign != null) {
      reign.wake();
    }
  }

  /** One time of leadership. */
  private final class Reign {
    private final LocalCatalog local;
    private final StreamSteps steps;
    private volatile boolean over;

    /** Whether a sweep runs or is planned. Guarded by this. */
    private boolean busy;

    /** Woken since the sweep began. Guarded by this. */
    private boolean again;

    /** Before the next sweep if this one leaves anything. Guarded by this. */
    private long pauseMillis = PAUSE_MIN_MILLIS;

    Reign(LocalCatalog local) {
      this.local = local;
      this.steps = new StreamSteps(local, existence);
    }

    synchronized void wake() {
      again = true;
      if (!busy) {
        busy = true;
        later(0);
      }
    }

    private void later(long millis) {
      if (!over) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run)
            .execute(this::begin);
      }
    }

    private void begin() {
      try {
        work.execute(this::sweep);
      } catch (RejectedExecutionException e) {
        // The node is too busy, or closes.
        later(REJECTED_PAUSE_MILLIS);
      }
    }

    private void sweep() {
      synchronized (this) {
        again = false;
      }
      CompletableFuture.completedFuture(local)
          .thenCompose(LocalCatalog::linearize)
          .thenComposeAsync(applied -> page(Optional.empty(), true), work)
          .whenComplete(
              (finished, failure) -> {
                if (failure != null && !over) {
                  report(failure);
                }
                swept(failure == null && finished);
              });
    }

    private void report(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof CatalogLogException) {
        LOG.info("unfinished creates and obliterates wait: {}", cause.getMessage());
      } else {
        LOG.error("unfinished creates and obliterates wait, the sweep failed", cause);
      }
    }

    /** Completes with whether everything, here and before, is finished. */
    private CompletableFuture<Boolean> page(Optional<UUID> after, boolean finishedBefore) {
      List<UnfinishedStream> page = over ? List.of() : local.catalog().unfinished(after, AT_ONCE);
      if (page.isEmpty()) {
        return CompletableFuture.completedFuture(finishedBefore);
      }
      List<CompletableFuture<Boolean>> driven = page.stream().map(this::drive).toList();
      return CompletableFuture.allOf(driven.toArray(CompletableFuture[]::new))
          .thenComposeAsync(
              all ->
                  page(
                      Optional.of(page.getLast().uuid()),
                      finishedBefore && driven.stream().allMatch(CompletableFuture::join)),
              work);
    }

    private CompletableFuture<Boolean> drive(UnfinishedStream stream) {
      if (underway.contains(stream.uuid())) {
        // Its own call runs it and wakes this driver if it fails.
        return CompletableFuture.completedFuture(true);
      }
      long deadlineNanos = System.nanoTime() + STEP_NANOS;
      CompletableFuture<Attempt<Void>> attempt =
          switch (stream.lifecycle()) {
            case RESERVED -> steps.finishCreate(stream.request(), stream.uuid(), deadlineNanos);
            case HIDDEN -> steps.finishObliterate(stream.uuid(), deadlineNanos);
            case ACTIVE, BURIED -> throw new IllegalStateException(stream + " is not unfinished");
          };
      return attempt.thenApply(UnfinishedDriver::isSettled);
    }

    private synchronized void swept(boolean finished) {
      if (finished) {
        pauseMillis = PAUSE_MIN_MILLIS;
        busy = again;
        if (busy) {
          later(pauseMillis);
        }
      } else {
        later(pauseMillis);
        pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
      }
    }
  }

  /** Done, or refused for good: either way the reservation is not this driver's any more. */
  private static boolean isSettled(Attempt<Void> attempt) {
    return switch (attempt) {
      case Attempt.Answered<Void> answered ->
          !(answered.reply() instanceof Reply.Failed<Void> failed && failed.unknown());
      case Attempt.Elsewhere<Void> elsewhere -> false;
    };
  }
}
