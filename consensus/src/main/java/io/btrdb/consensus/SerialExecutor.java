package io.btrdb.consensus;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs tasks one at a time, in the order given, on the threads of another executor. */
final class SerialExecutor implements Executor {
  private final Executor threads;

  /** Guarded by itself; the task that runs is still at the head. */
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  SerialExecutor(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    boolean idle;
    synchronized (tasks) {
      idle = tasks.isEmpty();
      tasks.add(task);
    }
    if (idle) {
      threads.execute(this::runHead);
    }
  }

  private void runHead() {
    Runnable task;
    synchronized (tasks) {
      task = tasks.element();
    }
    try {
      task.run();
    } finally {
      boolean more;
      synchronized (tasks) {
        tasks.remove();
        more = !tasks.isEmpty();
      }
      if (more) {
        threads.execute(this::runHead);
      }
    }
  }
}
