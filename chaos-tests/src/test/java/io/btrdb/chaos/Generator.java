package io.btrdb.chaos;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.client.Btrdb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes that write and read the streams of a scenario, all calls from one seed. Half of them
 * wait long enough to see their writes through any fault; the others give up after some seconds and
 * leave writes of unknown fate behind.
 */
final class Generator implements AutoCloseable {
  private static final long BETWEEN_CALLS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final List<StreamPlan> plans;
  private final HistoryWriter history;
  private final AtomicInteger processes;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  private Generator(List<StreamPlan> plans, HistoryWriter history, AtomicInteger processes) {
    this.plans = plans;
    this.history = history;
    this.processes = processes;
  }

  /** Creates two streams of each kind. */
  static List<StreamPlan> createStreams(Btrdb db, String collection, Random random) {
    List<StreamPlan> plans = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      for (StreamPlan.Kind kind : StreamPlan.Kind.values()) {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        db.create(uuid, collection, Map.of("name", kind.name() + i), Map.of());
        plans.add(new StreamPlan(uuid, kind));
      }
    }
    return plans;
  }

  /**
   * Starts a process for each stream on each of two clients; each process works on all streams,
   * most of the time on its own.
   */
  static Generator start(
      List<StreamPlan> plans,
      HistoryWriter history,
      AtomicInteger processes,
      List<Btrdb> clients,
      long seed) {
    Generator generator = new Generator(plans, history, processes);
    for (int i = 0; i < plans.size() * clients.size(); i++) {
      StreamPlan own = plans.get(i % plans.size());
      Btrdb db = clients.get(i / plans.size());
      Random random = new Random(seed + i);
      generator.threads.add(
          Thread.ofPlatform().name("process-" + i).start(() -> generator.run(own, db, random)));
    }
    return generator;
  }

  private void run(StreamPlan own, Btrdb db, Random random) {
    HistoryClient client = new HistoryClient(history, processes, db);
    try {
      while (!stopping) {
        StreamPlan plan = random.nextInt(4) > 0 ? own : plans.get(random.nextInt(plans.size()));
        Call.OfStream call = plan.next(random);
        client.call(call).ifPresent(reply -> plan.told(call, reply.version()));
        if (call instanceof Call.Aligned asked) {
          client.call(new Call.Values(asked.uuid(), asked.at(), asked.start(), asked.end()));
        }
        LockSupport.parkNanos((long) (BETWEEN_CALLS_NANOS * 2 * random.nextDouble()));
      }
    } catch (RuntimeException | Error e) {
      defects.add(e);
    }
  }

  /** Lets every process finish the call it is at. */
  void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (Throwable defect : defects) {
      throw new IllegalStateException("a process has failed", defect);
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.forEach(Thread::interrupt);
  }
}
