package io.btrdb.storage.ceph;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.btrdb.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Calls to one namespace of one pool. Owns its I/O context and, for each call on its way, the
 * completion and the memory that librados may touch until it is complete.
 *
 * <p>Threads: any. At most so many calls are on their way as the budget says, others wait their
 * turn. A platform thread waits inside librados; a virtual one, which would hold its carrier there,
 * lets a thread of this class wait. Errors: {@link StorageException}, which says what was being
 * done and what to do about it.
 */
final class PoolIo implements AutoCloseable {
  /** What must be true of an object before it is written. */
  @FunctionalInterface
  interface Condition {
    Condition NONE = operation -> {};

    /** There must be no such object, else the answer is EEXIST. */
    Condition ABSENT = operation -> Librados.rados_write_op_create(operation, 1, null);

    /** The object must have this version, else the answer is ERANGE or EOVERFLOW. */
    static Condition version(long version) {
      return operation -> Librados.rados_write_op_assert_version(operation, version);
    }

    void addTo(Pointer operation);
  }

  /**
   * What was read of an object in one piece.
   *
   * @param bytes fewer than were asked for where the object ends
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Piece(long version, byte[] bytes) {}

  private static final int KIBI = 1024;

  /** Before what is read: how much it is, in 8 bytes, and what came of it, in 4. */
  private static final int READ_HEADER_BYTES = 16;

  private final Pointer cluster;
  private final String pool;
  private final long poolId;
  private final Pointer io;
  private final CephSettings settings;
  private final PoolListener listener;
  private final PoolHealth health;
  private final NativeBuffers buffers;
  private final Semaphore calls;
  private final Semaphore kibis;
  private final ThreadPoolExecutor waiters;
  private volatile boolean closed;

  /**
   * @param cluster connected; stays the caller's, who closes it after this
   */
  PoolIo(
      Pointer cluster,
      String pool,
      CephSettings settings,
      PoolListener listener,
      NativeBuffers buffers) {
    this.cluster = cluster;
    this.pool = pool;
    this.settings = settings;
    this.listener = listener;
    this.buffers = buffers;
    this.health = new PoolHealth(pool, System::nanoTime);
    this.poolId = Librados.rados_pool_lookup(cluster, pool);
    if (poolId < 0) {
      throw poolFailure("opening it", (int) poolId);
    }
    PointerByReference created = new PointerByReference();
    int answer = Librados.rados_ioctx_create(cluster, pool, created);
    if (answer < 0) {
      throw poolFailure("opening it", answer);
    }
    this.io = created.getValue();
    Librados.rados_ioctx_set_namespace(io, settings.namespace());
    Librados.rados_set_pool_full_try(io);
    CephSettings.Budget budget = settings.budget();
    this.calls = new Semaphore(budget.callsInFlight());
    this.kibis = new Semaphore(budget.bytesInFlight() / KIBI);
    this.waiters =
        new ThreadPoolExecutor(
            budget.callsInFlight(),
            budget.callsInFlight(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("rados-wait-" + pool + "-", 0).factory());
    waiters.allowCoreThreadTimeOut(true);
  }

  /** Bytes of an object, at least one; the answer has fewer where it ends, or is ENOENT. */
  Flight<Piece> read(String object, long offset, int length) {
    return depart(new Flight<>(PoolCall.READ, object, length), offset);
  }

  /** The same, unless it had to wait its turn, or the pool is silent. */
  Optional<Flight<Piece>> tryRead(String object, long offset, int length) {
    checkOpen();
    if (health.silent() || !calls.tryAcquire()) {
      return Optional.empty();
    }
    if (!kibis.tryAcquire(kibis(length))) {
      calls.release();
      return Optional.empty();
    }
    return Optional.of(depart(new Flight<>(PoolCall.READ, object, length, true), offset));
  }

  /**
   * An operation of one read, because rados_aio_read fails with ERANGE over an encrypted connection
   * when what it brings is no multiple of 16 bytes (seen with librados 16.2.15).
   */
  private Flight<Piece> depart(Flight<Piece> flight, long offset) {
    int length = flight.bytes;
    return flight.depart(
        () -> {
          Memory target = flight.keep(READ_HEADER_BYTES + length);
          Pointer operation = Librados.rados_create_read_op();
          flight.release = () -> Librados.rados_release_read_op(operation);
          Librados.rados_read_op_read(
              operation,
              offset,
              length,
              target.share(READ_HEADER_BYTES),
              target,
              target.share(Long.BYTES));
          return Librados.rados_aio_read_op_operate(
              operation, io, flight.completion, flight.object, 0);
        },
        memory -> {
          byte[] bytes = new byte[Math.toIntExact(memory.getLong(0))];
          memory.read(READ_HEADER_BYTES, bytes, 0, bytes.length);
          return new Piece(Librados.rados_aio_get_version(flight.completion), bytes);
        });
  }

  /** An object's length, or ENOENT. */
  Flight<Long> length(String object) {
    Flight<Long> flight = new Flight<>(PoolCall.STAT, object, 0);
    return flight.depart(
        () -> {
          Memory target = flight.keep(2 * Long.BYTES);
          return Librados.rados_aio_stat(
              io, object, flight.completion, target, target.share(Long.BYTES));
        },
        memory -> memory.getLong(0));
  }

  /** Writes an object as a whole and atomically, if the condition holds. */
  Flight<Boolean> write(String object, byte[] source, int from, int length, Condition condition) {
    Flight<Boolean> flight = new Flight<>(PoolCall.WRITE, object, length);
    return flight.depart(
        () -> {
          Memory copy = flight.keep(length);
          copy.write(0, source, from, length);
          Pointer operation = Librados.rados_create_write_op();
          flight.release = () -> Librados.rados_release_write_op(operation);
          condition.addTo(operation);
          Librados.rados_write_op_write_full(operation, copy, length);
          return Librados.rados_aio_write_op_operate(
              operation, io, flight.completion, object, null, 0);
        },
        memory -> true);
  }

  /** Removes an object, or ENOENT. */
  Flight<Boolean> remove(String object) {
    Flight<Boolean> flight = new Flight<>(PoolCall.REMOVE, object, 0);
    return flight.depart(
        () -> Librados.rados_aio_remove(io, object, flight.completion), memory -> true);
  }

  /** Names of all objects of the namespace that begin with the prefix, in no order. */
  List<String> list(String prefix) {
    begin("listing " + prefix, 0);
    try {
      checkOpen();
      return waiting(() -> walk(prefix));
    } finally {
      end(0);
    }
  }

  /** Fails when this is closed: a mistake of the caller. */
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the connection to pool " + pool + " is closed");
    }
  }

  /** Waits for all calls on their way, then frees the context. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    calls.acquireUninterruptibly(settings.budget().callsInFlight());
    waiters.shutdown();
    Librados.rados_ioctx_destroy(io);
  }

  private List<String> walk(String prefix) {
    long start = System.nanoTime();
    PointerByReference list = new PointerByReference();
    int answer = Librados.rados_nobjects_list_open(io, list);
    List<String> names = new ArrayList<>();
    if (answer == 0) {
      PointerByReference entry = new PointerByReference();
      answer = Librados.rados_nobjects_list_next(list.getValue(), entry, null, null);
      while (answer == 0) {
        String name = entry.getValue().getString(0);
        if (name.startsWith(prefix)) {
          names.add(name);
        }
        answer = Librados.rados_nobjects_list_next(list.getValue(), entry, null, null);
      }
      Librados.rados_nobjects_list_close(list.getValue());
    }
    int ended = RadosCode.ENOENT.is(answer) ? 0 : answer;
    report(PoolCall.LIST, ended, 0, start);
    if (ended < 0 || names.isEmpty()) {
      // A walk over a pool that is gone finds nothing, too.
      checkPool("listing " + prefix, ended);
    }
    return names;
  }

  private void begin(String what, int bytes) {
    checkOpen();
    health.admit();
    long patience = settings.timeouts().operation().toNanos();
    try {
      if (!calls.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
        throw busy(what);
      }
      if (!kibis.tryAcquire(kibis(bytes), patience, TimeUnit.NANOSECONDS)) {
        calls.release();
        throw busy(what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("pool " + pool + ": interrupted before " + what, e);
    }
  }

  private void end(int bytes) {
    kibis.release(kibis(bytes));
    calls.release();
  }

  private int kibis(int bytes) {
    return Math.min((bytes + KIBI - 1) / KIBI, settings.budget().bytesInFlight() / KIBI);
  }

  /** Runs what blocks inside librados where it may block. */
  private <T> T waiting(Supplier<T> blocking) {
    if (!Thread.currentThread().isVirtual()) {
      return blocking.get();
    }
    try {
      return CompletableFuture.supplyAsync(blocking, waiters).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void report(PoolCall call, int answer, int bytes, long start) {
    long nanos = System.nanoTime() - start;
    if (RadosCode.ETIMEDOUT.is(answer)) {
      health.timedOut(start);
    } else {
      health.answered();
    }
    if (answer >= 0 || isAboutTheObject(call, answer)) {
      listener.answered(call, answer >= 0 ? bytes : 0, nanos);
    } else {
      listener.failed(call, RadosCode.of(answer).name(), nanos);
    }
  }

  /** Answers that say how the object is, and not that the pool has failed. */
  private static boolean isAboutTheObject(PoolCall call, int answer) {
    return switch (RadosCode.of(answer)) {
      case ENOENT -> true;
      case EEXIST, ERANGE, EOVERFLOW -> call == PoolCall.WRITE;
      default -> false;
    };
  }

  /**
   * In a pool that is gone every object is missing. An empty one with the same name in its place is
   * not taken for the same.
   */
  private void checkPool(String what, int answer) {
    long id = Librados.rados_pool_lookup(cluster, pool);
    if (id < 0) {
      throw poolFailure(what, (int) id);
    }
    if (id != poolId) {
      throw new StorageException(
          "pool "
              + pool
              + " was removed and made again: it has id "
              + id
              + " now, had "
              + poolId
              + ". Nothing is read from it or written to it until this node is started again");
    }
    if (answer < 0) {
      throw failure(what, answer);
    }
  }

  private StorageException poolFailure(String what, int answer) {
    return RadosCode.ENOENT.is(answer)
        ? new StorageException(
            "pool "
                + pool
                + " does not exist in this Ceph (ENOENT, "
                + what
                + "): make it with ops/ceph/bootstrap-pool, or correct its name")
        : failure(what, answer);
  }

  private StorageException failure(String what, int answer) {
    return new StorageException("pool " + pool + ": " + what + ": " + RadosCode.describe(answer));
  }

  private StorageException busy(String what) {
    return new StorageException(
        "pool "
            + pool
            + ": "
            + what
            + ": waited "
            + settings.timeouts().operation().toMillis()
            + " ms behind the "
            + settings.budget().callsInFlight()
            + " calls that may be on their way at once: the pool is too slow");
  }

  /** Takes what a call that went well has left in the memory that it kept. */
  @FunctionalInterface
  private interface Landing<T> {
    T take(Memory memory);
  }

  /**
   * A call on its way. Exactly one of {@link #join} and {@link #later} must be called, once: it
   * frees what the call holds.
   */
  final class Flight<T> {
    private final PoolCall call;
    private final String object;
    private final int bytes;
    private final long start;
    private final Pointer completion;
    private Memory memory;

    /** Frees the operation that the call was made of, if there is one. */
    private Runnable release = () -> {};

    private Landing<T> landing;

    private Flight(PoolCall call, String object, int bytes) {
      this(call, object, bytes, false);
    }

    private Flight(PoolCall call, String object, int bytes, boolean begun) {
      this.call = call;
      this.object = object;
      this.bytes = bytes;
      if (!begun) {
        begin(what(), bytes);
      }
      if (closed) {
        end(bytes);
        checkOpen();
      }
      this.start = System.nanoTime();
      PointerByReference created = new PointerByReference();
      Librados.rados_aio_create_completion2(null, null, created);
      this.completion = created.getValue();
    }

    /** Memory that lives until the call is complete. */
    private Memory keep(int length) {
      memory = buffers.take(length);
      return memory;
    }

    /**
     * @param departure starts the call and returns a negative errno when it does not start
     */
    private Flight<T> depart(IntSupplier departure, Landing<T> whenComplete) {
      boolean departed = false;
      try {
        int answer = departure.getAsInt();
        if (answer < 0) {
          throw failure(what(), answer);
        }
        landing = whenComplete;
        departed = true;
        return this;
      } finally {
        if (!departed) {
          free();
          end(bytes);
        }
      }
    }

    /**
     * Waits for the answer.
     *
     * @throws StorageException when the pool fails
     */
    Answer<T> join() {
      return waiting(this::land);
    }

    /** The answer, when it has come; nobody waits for it here. */
    CompletableFuture<Answer<T>> later() {
      return CompletableFuture.supplyAsync(this::land, waiters);
    }

    private Answer<T> land() {
      try {
        int answer;
        T value;
        try {
          Librados.rados_aio_wait_for_complete(completion);
          answer = Librados.rados_aio_get_return_value(completion);
          value = answer < 0 ? null : landing.take(memory);
        } finally {
          free();
        }
        report(call, answer, value instanceof Piece piece ? piece.bytes().length : bytes, start);
        if (RadosCode.ENOENT.is(answer)) {
          checkPool(what(), 0);
        } else if (answer < 0 && !isAboutTheObject(call, answer)) {
          throw failure(what(), answer);
        }
        return new Answer<>(answer, value);
      } finally {
        // Last: the connection may be closed as soon as no call is on its way.
        end(bytes);
      }
    }

    private void free() {
      Librados.rados_aio_release(completion);
      release.run();
      if (memory != null) {
        buffers.give(memory);
      }
    }

    private String what() {
      return call.name().toLowerCase(Locale.ROOT) + " of " + object;
    }
  }

  /**
   * The pool's answer.
   *
   * @param code negative when it is about the object: ENOENT, EEXIST, ERANGE, EOVERFLOW
   * @param value null then
   */
  record Answer<T>(int code, T value) {
    boolean good() {
      return code >= 0;
    }
  }
}
