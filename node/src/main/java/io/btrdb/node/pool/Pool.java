package io.btrdb.node.pool;

import io.btrdb.node.cluster.DurableFile;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.placement.ShardRange;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared pool as one cluster's nodes use it. Thread-safe.
 *
 * <p>A node that has been in its cluster before starts and works without the pool, as far as it
 * can: what it must know of it is in its data folder.
 *
 * <pre>
 * file "pool" := crc32c:int32be { length:int32be incarnation }     newest first; see {@link Incarnation}
 * </pre>
 */
public final class Pool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
  private static final long CLAIM_PAUSE_MILLIS = 1_000;

  /**
   * How long the pool may take.
   *
   * @param readMillis for a read
   * @param writeMillis for a write, a delete or a listing
   * @param outage how long writes go on into the log while it takes no segments
   */
  public record Patience(long readMillis, long writeMillis, Duration outage) {}

  private final PoolCalls calls;
  private final PooledObjects objects;
  private final PooledSegments segments;
  private final Incarnation incarnation;
  private final PoolWatch watch;
  private final PinWatch pins;
  private final Duration outageMax;

  private Pool(PoolCalls calls, List<Incarnation> newestFirst, Duration outageMax) {
    this.calls = calls;
    this.outageMax = outageMax;
    this.objects = new PooledObjects(calls);
    this.segments = new PooledSegments(calls, newestFirst);
    this.incarnation = newestFirst.getFirst();
    this.pins = new PinWatch(new PinBoard(objects), System::nanoTime);
    this.watch =
        new PoolWatch(
            objects,
            calls,
            PoolNames.incarnation(incarnation.number()),
            PoolNames.incarnation(incarnation.number() + 1));
  }

  /**
   * Opens a cluster's part of a pool. A node's first start waits until the pool answers.
   *
   * @throws IllegalStateException when the pool is another cluster's, or was taken over
   */
  public static Pool open(
      PoolAccess.Opener opener, Patience patience, FoundingRecord founding, Path dataDirectory)
      throws InterruptedException {
    String name = founding.form().getClusterName();
    PoolCalls calls = calls(opener, patience, name);
    try {
      DurableFile file = new DurableFile(dataDirectory.resolve("pool"));
      Optional<byte[]> known = file.read();
      List<Incarnation> newestFirst =
          known.isPresent()
              ? decode(known.get())
              : claim(new Incarnations(new PooledObjects(calls), name), founding);
      if (known.isEmpty()) {
        file.write(encode(newestFirst));
      }
      Pool pool = new Pool(calls, newestFirst, patience.outage());
      pool.watch.start();
      return pool;
    } catch (RuntimeException | InterruptedException e) {
      calls.close();
      throw e;
    }
  }

  static PoolCalls calls(PoolAccess.Opener opener, Patience patience, String cluster) {
    String name = cluster.toLowerCase(Locale.ROOT);
    return new PoolCalls(() -> opener.open(name), patience.readMillis(), patience.writeMillis());
  }

  private static List<Incarnation> claim(Incarnations incarnations, FoundingRecord founding)
      throws InterruptedException {
    List<ShardRange> ranges =
        founding.groups().stream()
            .map(FoundingRecord.Group::range)
            .flatMap(Optional::stream)
            .toList();
    while (true) {
      try {
        return incarnations.claim(founding.cluster(), ranges);
      } catch (StorageException e) {
        LOG.warn("the pool is needed to start for the first time: {}", e.getMessage());
        Thread.sleep(CLAIM_PAUSE_MILLIS);
      }
    }
  }

  private static byte[] encode(List<Incarnation> incarnations) {
    List<byte[]> records = incarnations.stream().map(Incarnation::encode).toList();
    ByteBuffer out =
        ByteBuffer.allocate(
            records.stream().mapToInt(record -> Integer.BYTES + record.length).sum());
    records.forEach(record -> out.putInt(record.length).put(record));
    return out.array();
  }

  private static List<Incarnation> decode(byte[] bytes) {
    List<Incarnation> incarnations = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      byte[] record = new byte[in.getInt()];
      in.get(record);
      incarnations.add(Incarnation.decode(record));
    }
    return incarnations;
  }

  public PooledSegments segments() {
    return segments;
  }

  ObjectPool objects() {
    return objects;
  }

  /** Who else reads there. */
  PinWatch pins() {
    return pins;
  }

  Incarnation incarnation() {
    return incarnation;
  }

  /** Whether another cluster was made from what this one has in the pool. */
  public boolean isSuperseded() {
    return watch.isSuperseded();
  }

  /**
   * Makes sure, by asking, that this is the newest incarnation of the cluster.
   *
   * @throws StorageException when it is not, or cannot be known
   */
  void checkNewest() {
    String next = PoolNames.incarnation(incarnation.number() + 1);
    if (watch.isSuperseded() || objects.read(next).isPresent()) {
      throw new StorageException("the cluster was recovered from the pool as " + next);
    }
  }

  /** Why the pool does not answer at the moment; empty when it does. */
  public Optional<String> silence() {
    return watch.silence();
  }

  /** For how long it has not answered. */
  public Duration outage() {
    return watch.outage();
  }

  /** For how long writes go on into the log while it takes no segments. */
  public Duration outageMax() {
    return outageMax;
  }

  /** A sentence about what is wrong with the pool; empty when all is well. */
  public Optional<String> warning() {
    if (watch.isSuperseded()) {
      return Optional.of(
          "the cluster was recovered from the pool by another one: nothing is written there");
    }
    return silence()
        .map(
            reason ->
                "the pool has not answered for %d s, writes go on for %d s more: %s"
                    .formatted(
                        outage().toSeconds(),
                        Math.max(0, outageMax.minus(outage()).toSeconds()),
                        reason));
  }

  /** A sentence about why writes are refused; empty while they are not on the pool's account. */
  public Optional<String> spent() {
    return outage().compareTo(outageMax) > 0 || watch.isSuperseded() ? warning() : Optional.empty();
  }

  @Override
  public void close() {
    watch.close();
    segments.close();
    calls.close();
  }
}
