package io.btrdb.node.control;

import io.btrdb.api.cluster.AdminReply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's controller, on every node and idle on all but one: a thread that holds office while
 * this node has the latch. Losing it, or anything unforeseen, ends a term of office and nothing
 * else; the next one starts from what the groups really are.
 */
final class Controller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  private static final long ROUND_MILLIS = 1_000;
  private static final int COMMANDS_MAX = 64;

  /** Begins a term of office. */
  interface Offices {
    Office open() throws Office.Lost, InterruptedException;
  }

  private record Request(Command command, CompletableFuture<AdminReply> reply) {}

  private final MapStore store;
  private final Offices offices;
  private final BlockingQueue<Request> requests = new ArrayBlockingQueue<>(COMMANDS_MAX);
  private final Thread thread;
  private volatile Office office;
  private volatile boolean closed;

  Controller(MapStore store, Offices offices) {
    this.store = store;
    this.offices = offices;
    this.thread = Thread.ofPlatform().daemon().name("btrdb-controller").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Sentences about what waits, as of the last plan; empty unless this node is in office. */
  Optional<List<String>> notes() {
    return Optional.ofNullable(office).map(Office::notes);
  }

  /**
   * Asks for something to be done.
   *
   * @return completes when it has been written down, or with the reason why not
   */
  CompletableFuture<AdminReply> submit(Command command) {
    Request request = new Request(command, new CompletableFuture<>());
    if (closed || !requests.offer(request)) {
      request.reply().complete(Replies.away("the controller has too much to do"));
    }
    return request.reply();
  }

  private void run() {
    try {
      while (!closed) {
        Request request = requests.poll(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        try {
          work(Optional.ofNullable(request));
        } catch (Office.Lost e) {
          LOG.info("this node is the controller no more: {}", e.getMessage());
          office = null;
        } catch (RuntimeException e) {
          LOG.error("the controller stumbled and begins anew", e);
          office = null;
        } finally {
          if (request != null) {
            request.reply().complete(Replies.away("the controller has just changed: ask again"));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      office = null;
      requests.forEach(r -> r.reply().complete(Replies.away("this node is stopping")));
    }
  }

  private void work(Optional<Request> request) throws Office.Lost, InterruptedException {
    if (!store.isController()) {
      if (office != null) {
        LOG.info("this node is the controller no more");
        office = null;
      }
      return;
    }
    if (office == null) {
      office = offices.open();
    }
    if (request.isPresent()) {
      request.get().reply().complete(office.serve(request.get().command()));
    }
    office.round();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
