package io.btrdb.storage.ceph;

import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Segments in a RADOS pool, each one object, or several when it is larger than 16 MiB:
 *
 * <pre>{@code
 * object := cluster "/s/" shard "/" term "-" sequence [ "." part ]
 * shard  := 4 hexadecimal digits
 * term, sequence := 8 hexadecimal digits
 * part   := decimal, from 1; the first part has no number
 * }</pre>
 *
 * All parts but the last have 16 MiB, so a segment ends where a part is shorter or missing. The
 * first part is written last and removed first: a segment is there when its first part is.
 *
 * <p>Objects are created exclusively and hold the leader's term in their name, so two leaders never
 * write to the same one, however late a write arrives. A later generation takes the place of an
 * earlier one in one write, and only over the object that was looked at before. A put is durable
 * when it returns, on as many OSDs as the pool replicates to; {@link #sync} has nothing to do.
 */
final class CephSegmentStore implements SegmentStore {
  private static final int PART_BYTES = 16 << 20;

  /** The end of the name of a first part. */
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{8})-([0-9a-f]{8})");

  private final PoolIo pool;
  private final String prefix;
  private final int partBytes;
  private final Optional<DiskCache> diskCache;
  private final ReadAhead readAhead;
  private final SegmentLengths lengths = new SegmentLengths();
  private volatile boolean closed;

  /**
   * @param readCacheBytes 0 to read exactly what is asked for
   * @param diskCache shared with other stores; the caller closes it after this
   */
  CephSegmentStore(
      PoolIo pool, String cluster, long readCacheBytes, Optional<DiskCache> diskCache) {
    this(pool, cluster, readCacheBytes, diskCache, PART_BYTES);
  }

  CephSegmentStore(
      PoolIo pool,
      String cluster,
      long readCacheBytes,
      Optional<DiskCache> diskCache,
      int partBytes) {
    this.pool = pool;
    this.prefix = ObjectPool.checkName(cluster) + "/s/";
    this.partBytes = partBytes;
    this.diskCache = diskCache;
    ReadAhead.Source pieces = new Pieces();
    this.readAhead =
        new ReadAhead(
            diskCache.map(disk -> disk.before(prefix, pieces)).orElse(pieces),
            partBytes,
            readCacheBytes);
  }

  @Override
  public void put(SegmentId id, byte[] segment) {
    checkOpen();
    SegmentVerifier.checkFraming(id, segment);
    // One part after the other: who holds some of the budget while waiting for more may wait for
    // somebody who does the same.
    for (int part = (segment.length - 1) / partBytes; part >= 0; part--) {
      int from = part * partBytes;
      int length = Math.min(partBytes, segment.length - from);
      boolean written =
          pool.write(object(id, part), segment, from, length, PoolIo.Condition.ABSENT)
              .join()
              .good();
      if (!written && !replace(id, segment)) {
        checkSame(id, segment, part);
      }
    }
    forget(id);
    lengths.put(id, segment.length);
  }

  /**
   * {@inheritDoc} One of several objects stays as it was put: they cannot be changed in one step.
   */
  @Override
  public boolean replace(SegmentId id, byte[] segment) {
    checkOpen();
    SegmentVerifier.checkFraming(id, segment);
    while (true) {
      forget(id);
      PoolIo.Answer<Long> length = pool.length(object(id, 0)).join();
      if (segment.length >= partBytes || length.good() && length.value() >= partBytes) {
        return false;
      }
      PoolIo.Condition unchanged = PoolIo.Condition.ABSENT;
      if (length.good()) {
        PoolIo.Answer<PoolIo.Piece> stored =
            pool.read(object(id, 0), 0, Math.toIntExact(length.value()) + 1).join();
        if (stored.good() && Arrays.equals(stored.value().bytes(), segment)) {
          return true;
        }
        if (stored.good()) {
          checkOtherGeneration(id, stored.value().bytes(), segment);
          unchanged = PoolIo.Condition.version(stored.value().version());
        }
      }
      if (pool.write(object(id, 0), segment, 0, segment.length, unchanged).join().good()) {
        lengths.put(id, segment.length);
        return true;
      }
      // Somebody else was faster: look again.
    }
  }

  private static void checkOtherGeneration(SegmentId id, byte[] stored, byte[] segment) {
    try {
      SegmentVerifier.checkFraming(id, stored);
    } catch (CorruptBlockException e) {
      throw new IllegalStateException("segment " + id + " is stored with other bytes", e);
    }
    if (SegmentRewriter.generation(stored) == SegmentRewriter.generation(segment)) {
      throw new IllegalStateException("segment " + id + " is stored with other bytes");
    }
  }

  private void checkSame(SegmentId id, byte[] segment, int part) {
    int from = part * partBytes;
    int to = Math.min(from + partBytes, segment.length);
    PoolIo.Answer<PoolIo.Piece> stored = pool.read(object(id, part), 0, to - from + 1).join();
    byte[] bytes = stored.good() ? stored.value().bytes() : new byte[0];
    if (!Arrays.equals(bytes, 0, bytes.length, segment, from, to)) {
      throw new IllegalStateException("segment " + id + " is stored with other bytes");
    }
  }

  @Override
  public void sync() {
    checkOpen();
  }

  @Override
  public boolean contains(SegmentId id) {
    checkOpen();
    return pool.length(object(id, 0)).join().good();
  }

  @Override
  public long length(SegmentId id) {
    checkOpen();
    long known = lengths.get(id);
    return known >= 0 ? known : measure(id);
  }

  private long measure(SegmentId id) {
    long length = 0;
    for (int part = 0; ; part++) {
      PoolIo.Answer<Long> answer = pool.length(object(id, part)).join();
      if (!answer.good() && part == 0) {
        throw new MissingSegmentException(id);
      }
      length += answer.good() ? answer.value() : 0;
      if (!answer.good() || answer.value() < partBytes) {
        lengths.put(id, length);
        return length;
      }
    }
  }

  @Override
  public byte[] read(SegmentId id, long offset, int length) {
    long whole = length(id);
    if (offset < 0 || length < 0 || offset > whole - length) {
      throw new IllegalArgumentException(
          "segment " + id + " has no bytes " + offset + " + " + length + " of " + whole);
    }
    return readAhead.read(id, offset, length, whole);
  }

  @Override
  public void forget(SegmentId id) {
    lengths.forget(id);
    diskCache.ifPresent(disk -> disk.forget(prefix, id));
    readAhead.forget(id);
  }

  @Override
  public void delete(SegmentId id) {
    checkOpen();
    long known = lengths.get(id);
    forget(id);
    pool.remove(object(id, 0)).join();
    int part = 1;
    boolean more = known < 0 || known >= partBytes;
    while (more) {
      more = pool.remove(object(id, part)).join().good();
      part++;
    }
  }

  @Override
  public List<SegmentId> list(int shard) {
    checkOpen();
    String names = prefix + String.format("%04x/", shard);
    List<SegmentId> ids = new ArrayList<>();
    for (String object : pool.list(names)) {
      Matcher name = NAME.matcher(object.substring(names.length()));
      if (name.matches()) {
        long term = Long.parseLong(name.group(1), 16);
        ids.add(SegmentId.of(shard, term, Long.parseLong(name.group(2), 16)));
      }
    }
    ids.sort(null);
    return List.copyOf(ids);
  }

  @Override
  public void close() {
    closed = true;
  }

  private String object(SegmentId id, int part) {
    String first = String.format("%s%04x/%08x-%08x", prefix, id.shard(), id.term(), id.sequence());
    return part == 0 ? first : first + "." + part;
  }

  private void checkOpen() {
    pool.checkOpen();
    if (closed) {
      throw new IllegalStateException("segment store is closed");
    }
  }

  /** Reads from the pool, exactly what it is asked for. */
  private final class Pieces implements ReadAhead.Source {
    @Override
    public byte[] read(SegmentId id, long offset, int length) {
      if (length == 0) {
        return new byte[0];
      }
      byte[] target = new byte[length];
      int filled = 0;
      while (filled < length) {
        long at = offset + filled;
        int wanted = Math.min(length - filled, partBytes - (int) (at % partBytes));
        byte[] bytes = full(id, at, wanted, depart(id, at, wanted).join());
        System.arraycopy(bytes, 0, target, filled, wanted);
        filled += wanted;
      }
      return target;
    }

    @Override
    public Optional<CompletableFuture<byte[]>> readLater(SegmentId id, long offset, int length) {
      return pool.tryRead(object(id, part(offset)), offset % partBytes, length)
          .map(flight -> flight.later().thenApply(answer -> full(id, offset, length, answer)));
    }

    private PoolIo.Flight<PoolIo.Piece> depart(SegmentId id, long offset, int length) {
      return pool.read(object(id, part(offset)), offset % partBytes, length);
    }

    private int part(long offset) {
      return (int) (offset / partBytes);
    }

    /** Refuses what is gone, or shorter than it was: another process has changed the segment. */
    private byte[] full(SegmentId id, long offset, int length, PoolIo.Answer<PoolIo.Piece> answer) {
      if (!answer.good()) {
        forget(id);
        throw new MissingSegmentException(id);
      }
      byte[] bytes = answer.value().bytes();
      if (bytes.length < length) {
        forget(id);
        throw new IllegalArgumentException(
            "segment " + id + " has no bytes " + offset + " + " + length + " any more");
      }
      return bytes;
    }
  }
}
