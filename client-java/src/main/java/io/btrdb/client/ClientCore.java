package io.btrdb.client;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The parts of one client and their threads: {@code btrdb-client-io} does all network work and owns
 * all state of writes; {@code btrdb-client-callback} runs callbacks of futures; {@code
 * btrdb-client-flush} sends what has waited long enough in buffered writers.
 */
final class ClientCore implements AutoCloseable {
  private final ClientOptions options;
  private final MultiThreadIoEventLoopGroup group;
  private final ScheduledExecutorService callbacks;
  private final ScheduledExecutorService flusher;
  private final Cluster cluster;
  private final Writes writes;
  private final MetadataCalls metadata;
  private final Set<BufferedWriter> writers = ConcurrentHashMap.newKeySet();
  private boolean closed;

  private ClientCore(ClientOptions options) {
    this.options = options;
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("btrdb-client-io", true), NioIoHandler.newFactory());
    this.callbacks = oneThread("btrdb-client-callback");
    this.flusher = oneThread("btrdb-client-flush");
    EventLoop io = (EventLoop) group.next();
    this.cluster = new Cluster(options, io);
    this.writes = new Writes(options, new WriteRouter(cluster, io), callbacks);
    this.metadata = new MetadataCalls(this);
  }

  static ClientCore connect(ClientOptions options) {
    ClientCore core = new ClientCore(options);
    try {
      core.cluster.connect();
      return core;
    } catch (RuntimeException e) {
      core.close();
      throw e;
    }
  }

  private static ScheduledExecutorService oneThread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  ClientOptions options() {
    return options;
  }

  Cluster cluster() {
    return cluster;
  }

  Writes writes() {
    return writes;
  }

  MetadataCalls metadata() {
    return metadata;
  }

  Executor callbacks() {
    return callbacks;
  }

  ScheduledExecutorService flusher() {
    return flusher;
  }

  void register(BufferedWriter writer) {
    writers.add(writer);
  }

  void unregister(BufferedWriter writer) {
    writers.remove(writer);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    BtrdbException failure = null;
    for (BufferedWriter writer : writers) {
      try {
        writer.close();
      } catch (BtrdbException e) {
        failure = e;
      }
    }
    flusher.shutdownNow();
    writes.close();
    cluster.close();
    callbacks.shutdown();
    // Not waited for: the one thread is a daemon and has nothing left to do.
    var unused = group.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    if (failure != null) {
      throw failure;
    }
  }
}
