package io.btrdb.storage.ceph;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.contract.SampleSegments;
import io.btrdb.storage.local.LocalSegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * What puts and reads cost in a pool and on the local disk, one after the other on this machine:
 * MB/s, and CPU-seconds a GB of this process and of Ceph's daemons. A local Ceph of one OSD shares
 * the cores with the bench, so its figures are a floor.
 *
 * <pre>{@code
 * java ... io.btrdb.storage.ceph.PoolBench [memstore|bluestore] [MB of each measurement, 256]
 * }</pre>
 */
final class PoolBench {
  private static final int MEGA = 1_000_000;
  private static final int CLOCK_TICKS = 100;

  private final SegmentStore store;
  private final String name;
  private final LocalCeph ceph;
  private final PoolCounters counters;
  private final int megabytes;

  private PoolBench(
      String name, SegmentStore store, LocalCeph ceph, PoolCounters counters, int megabytes) {
    this.name = name;
    this.store = store;
    this.ceph = ceph;
    this.counters = counters;
    this.megabytes = megabytes;
  }

  /** Starts a Ceph, measures, ends it. */
  public static void main(String[] arguments) throws Exception {
    String kind = arguments.length > 0 ? arguments[0] : "memstore";
    int megabytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 256;
    Path folder = Files.createTempDirectory("pool-bench");
    PoolCounters counters = new PoolCounters();
    try (LocalCeph ceph = LocalCeph.start("--store", kind);
        CephPool pool = CephPool.open(ceph.settings(), counters);
        CephPool fresh = CephPool.open(ceph.settings(), counters);
        LocalSegmentStore local = LocalSegmentStore.open(folder)) {
      System.out.println("librados " + CephPool.libraryVersion() + ", " + kind);
      new PoolBench("warm-up", local, ceph, counters, megabytes / 4).all();
      new PoolBench("local", local, ceph, counters, megabytes).all();
      new PoolBench("warm-up", fresh.segments("c0"), ceph, counters, megabytes / 4).all();
      new PoolBench("ceph", pool.segments("c1"), ceph, counters, megabytes).all();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void all() throws Exception {
    for (int size : new int[] {1, 4, 8}) {
      for (int threads : new int[] {1, 4}) {
        puts(size, threads);
      }
    }
    SegmentId id = new SegmentId(4, 1);
    byte[] segment = SampleSegments.segment(id, 4_000, 4_000, 1);
    store.put(id, segment);
    store.sync();
    for (int length : new int[] {4_096, 65_536, 1 << 20}) {
      for (int threads : new int[] {1, 4}) {
        ranges(id, segment.length, length, threads);
      }
    }
    scan();
  }

  /** Segments of so many megabytes, each durable before the next of its thread. */
  private void puts(int megabytesEach, int threads) throws Exception {
    byte[][] segments = new byte[megabytes / megabytesEach][];
    for (int i = 0; i < segments.length; i++) {
      segments[i] =
          SampleSegments.segment(id(megabytesEach, threads, i), megabytesEach * 10, 199_990, i);
    }
    long bytes = Stream.of(segments).mapToLong(segment -> segment.length).sum();
    measure(
        String.format("put %d MB, %d threads", megabytesEach, threads),
        segments.length,
        bytes,
        threads,
        i -> {
          store.put(id(megabytesEach, threads, i), segments[i]);
          store.sync();
        });
    for (int i = 0; i < segments.length; i++) {
      store.delete(id(megabytesEach, threads, i));
    }
  }

  private static SegmentId id(int megabytesEach, int threads, int i) {
    return SegmentId.of(megabytesEach, threads, i);
  }

  private void ranges(SegmentId id, int whole, int length, int threads) throws Exception {
    int count = Math.min(4_000, (int) ((long) megabytes * MEGA / length));
    SplittableRandom random = new SplittableRandom(length);
    int[] offsets = random.ints(count, 0, whole - length).toArray();
    store.forget(id);
    measure(
        String.format("read %d kB at random, %d threads", length / 1024, threads),
        count,
        (long) count * length,
        threads,
        i -> store.read(id, offsets[i], length));
  }

  /** All blocks in order, cold. */
  private void scan() throws Exception {
    List<SegmentId> ids = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < megabytes / 8; i++) {
      SegmentId id = SegmentId.of(5, 9, i);
      byte[] segment = SampleSegments.segment(id, 2_000, 4_000, i);
      store.put(id, segment);
      store.forget(id);
      bytes += segment.length;
      ids.add(id);
    }
    store.sync();
    measure(
        "scan 2 kB blocks of 4 MB segments, cold",
        ids.size(),
        bytes,
        1,
        i -> {
          SegmentId id = ids.get(i);
          int blocks = SegmentReader.open(store, id).blockCount();
          BlockReader reader = new BlockReader(store, id.shard());
          for (int ordinal = 0; ordinal < blocks; ordinal++) {
            reader.read(new BlockAddress(id.number(), ordinal));
          }
        });
  }

  private void measure(String what, int count, long bytes, int threads, IntConsumer each)
      throws Exception {
    long reads = counters.answered(PoolCall.READ);
    double daemonsBefore = daemonSeconds();
    double ownBefore = ownSeconds();
    long start = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        done.add(
            workers.submit(
                () -> {
                  for (int i = first; i < count; i += threads) {
                    each.accept(i);
                  }
                }));
      }
      for (Future<?> worker : done) {
        worker.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double gigabytes = bytes / 1e9;
    System.out.printf(
        "%-8s %-42s %7.1f MB/s %8.2f ms each, CPU-s/GB: own %6.2f daemons %6.2f, pool reads %d%n",
        name,
        what,
        bytes / 1e6 / seconds,
        seconds * 1e3 * threads / count,
        (ownSeconds() - ownBefore) / gigabytes,
        (daemonSeconds() - daemonsBefore) / gigabytes,
        counters.answered(PoolCall.READ) - reads);
  }

  private static double ownSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  /** User and system time of all daemons. */
  private double daemonSeconds() throws IOException {
    double ticks = 0;
    try (Stream<Path> files = Files.list(ceph.folder().resolve("run"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".pid")).toList()) {
        String stat = Files.readString(Path.of("/proc", Files.readString(file).strip(), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      }
    }
    return ticks / CLOCK_TICKS;
  }
}
