package io.btrdb.node.door;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A number of places to work at, and a line of waiting work for each caller. A place that becomes
 * free goes to the caller that has the fewest, and of those to the one that was served least
 * recently, newcomers before all: a caller with one small read waits for one place and not for the
 * thousand reads of another. Who works long asks {@link Turn#giveWay} between two steps, which
 * hands the place over if a caller that has fewer waits.
 *
 * <p>Thread-safe. Nobody is ever told to wait longer because of what the others in its own line do;
 * bounds on lines are the business of who lets work in.
 */
final class FairTurns {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private int free;
  private int waiting;
  private long served;

  /** Written under the lock; read without it to find out cheaply that nobody waits. */
  private volatile boolean contended;

  /** One caller's: work that has a place, and work that waits for one, in order. */
  private static final class Line {
    final ArrayDeque<Semaphore> waiting = new ArrayDeque<>();
    int working;
    long lastServed;
  }

  FairTurns(int places) {
    free = places;
  }

  /** A place, on the account of one caller. Used by one thread at a time. */
  interface Turn {
    /** Of work that needs no place. */
    Turn NONE =
        new Turn() {
          @Override
          public void leave() {}

          @Override
          public void retake() {}

          @Override
          public void giveWay() {}
        };

    /** Gives the place up. */
    void leave();

    /** Waits for a place again, before work that has not begun. Not to be interrupted. */
    void retake();

    /** Lets somebody else work first if that is fair. */
    void giveWay();
  }

  /** A turn that has no place yet. */
  Turn of(String caller) {
    return new CallersTurn(caller);
  }

  /**
   * Waits for a place.
   *
   * @return false when there was none in time
   */
  boolean enter(String caller, long patienceNanos) throws InterruptedException {
    Semaphore place = line(caller, false);
    boolean got = false;
    try {
      got = place.tryAcquire(patienceNanos, TimeUnit.NANOSECONDS);
      return got;
    } finally {
      if (!got) {
        giveUp(caller, place);
      }
    }
  }

  /** Stands in line; the semaphore has a permit when there is a place. */
  private Semaphore line(String caller, boolean first) {
    Semaphore place = new Semaphore(0);
    lock.lock();
    try {
      Line line = lines.computeIfAbsent(caller, who -> new Line());
      if (first) {
        line.waiting.addFirst(place);
      } else {
        line.waiting.addLast(place);
      }
      waiting++;
      serve();
    } finally {
      lock.unlock();
    }
    return place;
  }

  /** How much work stands in line. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(String caller, Semaphore place) {
    lock.lock();
    try {
      Line line = lines.get(caller);
      if (line.waiting.remove(place)) {
        waiting--;
        contended = waiting > 0;
        forgetIfIdle(caller, line);
        return;
      }
    } finally {
      lock.unlock();
    }
    // It was served in the moment in which it stopped waiting.
    leave(caller);
  }

  void leave(String caller) {
    lock.lock();
    try {
      Line line = lines.get(caller);
      line.working--;
      free++;
      forgetIfIdle(caller, line);
      serve();
    } finally {
      lock.unlock();
    }
  }

  private void forgetIfIdle(String caller, Line line) {
    if (line.working == 0 && line.waiting.isEmpty()) {
      lines.remove(caller);
    }
  }

  private void serve() {
    while (free > 0 && waiting > 0) {
      Line next = neediest();
      free--;
      waiting--;
      next.working++;
      next.lastServed = ++served;
      next.waiting.remove().release();
    }
    contended = waiting > 0;
  }

  /** As many lines as callers have work in the pool at most, and looked at only when some wait. */
  private Line neediest() {
    Line neediest = null;
    for (Line line : lines.values()) {
      if (!line.waiting.isEmpty() && (neediest == null || comesBefore(line, neediest))) {
        neediest = line;
      }
    }
    return neediest;
  }

  private static boolean comesBefore(Line a, Line b) {
    return a.working != b.working ? a.working < b.working : a.lastServed < b.lastServed;
  }

  private boolean isOwed(String caller) {
    lock.lock();
    try {
      return waiting > 0 && neediest().working < lines.get(caller).working;
    } finally {
      lock.unlock();
    }
  }

  private final class CallersTurn implements Turn {
    private final String caller;

    CallersTurn(String caller) {
      this.caller = caller;
    }

    @Override
    public void leave() {
      FairTurns.this.leave(caller);
    }

    @Override
    public void retake() {
      line(caller, true).acquireUninterruptibly();
    }

    @Override
    public void giveWay() {
      if (contended && isOwed(caller)) {
        leave();
        retake();
      }
    }
  }
}
