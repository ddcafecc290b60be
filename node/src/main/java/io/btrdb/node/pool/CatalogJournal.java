package io.btrdb.node.pool;

import io.btrdb.consensus.ByteSlice;
import io.btrdb.consensus.LogEntry;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.PinnedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the catalog in the pool, as its leader: an archived state, and behind it pages with the
 * entries that were applied since, written as soon as there are any. When they have become many, a
 * new state takes their place.
 *
 * <p>Threads: {@link #applied} is called by the apply thread, {@link #lead} and {@link #follow} by
 * that of leadership events, {@link #round} by one thread; {@link #lag} by any.
 */
public final class CatalogJournal {
  /** Bytes of entries that wait to be written; past it they are dropped, and a state is due. */
  private static final long WAITING_BYTES_MAX = 32L << 20;

  /** Bytes of one page. */
  private static final long PAGE_BYTES = 4L << 20;

  private static final int PAGES_MAX = 1_000;
  private static final long CHECKPOINT_SECONDS = 30;

  private final Pool pool;
  private final StateArchive archive;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final List<JournalPage.Entry> waiting = new ArrayList<>();
  private long waitingBytes;
  private long term = -1;
  private boolean overflown;
  private long waitingSinceNanos;

  // The thread of round().
  private long basedOnTerm = -1;
  private long through;
  private Page unfinished;
  private final List<String> pages = new ArrayList<>();

  private record Page(String name, JournalPage page) {}

  public CatalogJournal(Pool pool) {
    this.pool = pool;
    this.archive = new StateArchive(pool, PoolNames.CATALOG);
  }

  /** This node leads the catalog from now on, and has applied all that came before its term. */
  public void lead(long newTerm) {
    change(newTerm);
  }

  public void follow() {
    change(-1);
  }

  private void change(long newTerm) {
    lock.lock();
    try {
      term = newTerm;
      clear();
      overflown = false;
    } finally {
      lock.unlock();
    }
  }

  private void clear() {
    waiting.clear();
    waitingBytes = 0;
  }

  /** An entry was applied by this replica. */
  public void applied(LogEntry entry) {
    lock.lock();
    try {
      if (term < 0 || overflown || entry.commands().isEmpty()) {
        return;
      }
      if (waiting.isEmpty()) {
        waitingSinceNanos = System.nanoTime();
      }
      JournalPage.Entry copy =
          new JournalPage.Entry(
              entry.index(),
              entry.logTimeMillis(),
              entry.commands().stream().map(ByteSlice::toArray).toList());
      waiting.add(copy);
      waitingBytes += copy.bytes();
      if (waitingBytes > WAITING_BYTES_MAX) {
        overflown = true;
        clear();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nanoseconds for which the oldest entry has waited that is not in the pool yet. */
  public long lag() {
    lock.lock();
    try {
      return waiting.isEmpty() ? 0 : System.nanoTime() - waitingSinceNanos;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes what waits.
   *
   * @param log of this node's replica, whose state is checkpointed in the vault
   * @throws io.btrdb.storage.StorageException when the pool fails; call again
   */
  void round(ReplicatedLog log, LocalStateVault vault)
      throws InterruptedException, ExecutionException, TimeoutException {
    long leads;
    boolean lost;
    lock.lock();
    try {
      leads = term;
      lost = overflown;
    } finally {
      lock.unlock();
    }
    if (leads < 0) {
      return;
    }
    if (basedOnTerm != leads || lost || pages.size() >= PAGES_MAX) {
      base(log, vault, leads);
    } else {
      page(leads);
    }
  }

  /** Archives the state as it is now; what was applied before is in it. */
  private void base(ReplicatedLog log, LocalStateVault vault, long leads)
      throws InterruptedException, ExecutionException, TimeoutException {
    unfinished = null;
    lock.lock();
    try {
      // What is applied from here on waits for a page.
      overflown = false;
    } finally {
      lock.unlock();
    }
    var position = log.checkpointNow().get(CHECKPOINT_SECONDS, TimeUnit.SECONDS);
    Optional<PinnedCheckpoint> newest = vault.pinNewest();
    if (newest.isEmpty() || newest.get().position().index() < position.index()) {
      newest.ifPresent(PinnedCheckpoint::close);
      return;
    }
    try (PinnedCheckpoint checkpoint = newest.get()) {
      if (!archive.write(checkpoint, leads, System.currentTimeMillis())) {
        return;
      }
      through = checkpoint.position().index();
    }
    lock.lock();
    try {
      waiting.removeIf(entry -> entry.index() <= through);
      waitingBytes = waiting.stream().mapToLong(JournalPage.Entry::bytes).sum();
      waitingSinceNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
    basedOnTerm = leads;
    clearPages(leads);
  }

  /** Pages of earlier terms and of this one are in the state by now. */
  private void clearPages(long leads) {
    pages.clear();
    if (pool.pins().isBeingOpened()) {
      // Next time; whoever reads both passes over what the state has already.
      return;
    }
    String prefix = PoolNames.journal(pool.incarnation().number());
    ObjectPool objects = pool.objects();
    for (String name : objects.list(prefix)) {
      if (PoolNames.term(name, prefix) <= leads) {
        objects.delete(name);
      }
    }
    archive.sweep();
  }

  private void page(long leads) {
    if (unfinished == null) {
      List<JournalPage.Entry> entries = next(leads);
      if (entries.isEmpty()) {
        return;
      }
      unfinished =
          new Page(
              PoolNames.journal(pool.incarnation().number(), leads, entries.getFirst().index()),
              new JournalPage(through, entries));
    }
    // There already: by a call that was given up and went on. No other leader has this term.
    boolean unused = pool.objects().create(unfinished.name(), unfinished.page().encode());
    through = unfinished.page().through();
    pages.add(unfinished.name());
    written(unfinished.page().entries().size());
    unfinished = null;
  }

  private List<JournalPage.Entry> next(long leads) {
    lock.lock();
    try {
      if (term != leads) {
        return List.of();
      }
      List<JournalPage.Entry> next = new ArrayList<>();
      long bytes = 0;
      for (JournalPage.Entry entry : waiting) {
        if (!next.isEmpty() && bytes + entry.bytes() > PAGE_BYTES) {
          break;
        }
        next.add(entry);
        bytes += entry.bytes();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void written(int count) {
    lock.lock();
    try {
      // Unless leadership changed or they were dropped meanwhile.
      for (int i = 0;
          i < count && !waiting.isEmpty() && waiting.getFirst().index() <= through;
          i++) {
        waitingBytes -= waiting.removeFirst().bytes();
      }
      waitingSinceNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }
}
