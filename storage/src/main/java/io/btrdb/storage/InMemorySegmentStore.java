package io.btrdb.storage;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/** Segments in memory, for tests and simulations. Any thread may use it. */
public final class InMemorySegmentStore implements SegmentStore {
  private final ConcurrentSkipListMap<SegmentId, byte[]> segments = new ConcurrentSkipListMap<>();
  private volatile boolean closed;

  @Override
  public void put(SegmentId id, byte[] segment) {
    checkOpen();
    SegmentVerifier.checkFraming(id, segment);
    segments.merge(
        id,
        segment.clone(),
        (stored, given) -> {
          if (SegmentRewriter.generation(stored) == SegmentRewriter.generation(given)
              && !Arrays.equals(stored, given)) {
            throw new IllegalStateException("segment " + id + " is stored with other bytes");
          }
          return given;
        });
  }

  @Override
  public boolean replace(SegmentId id, byte[] segment) {
    put(id, segment);
    return true;
  }

  @Override
  public void sync() {
    checkOpen();
  }

  @Override
  public boolean contains(SegmentId id) {
    checkOpen();
    return segments.containsKey(id);
  }

  @Override
  public long length(SegmentId id) {
    return find(id).length;
  }

  @Override
  public byte[] read(SegmentId id, long offset, int length) {
    byte[] segment = find(id);
    if (offset < 0 || length < 0 || offset > segment.length - length) {
      throw new IllegalArgumentException(
          "segment " + id + " has no bytes " + offset + " + " + length + " of " + segment.length);
    }
    return Arrays.copyOfRange(segment, (int) offset, (int) offset + length);
  }

  @Override
  public void delete(SegmentId id) {
    checkOpen();
    segments.remove(id);
  }

  @Override
  public List<SegmentId> list(int shard) {
    checkOpen();
    return List.copyOf(
        segments
            .subMap(new SegmentId(shard, 0), true, new SegmentId(shard, Long.MAX_VALUE), true)
            .keySet());
  }

  @Override
  public void close() {
    closed = true;
  }

  private byte[] find(SegmentId id) {
    checkOpen();
    byte[] segment = segments.get(Objects.requireNonNull(id, "id"));
    if (segment == null) {
      throw new MissingSegmentException(id);
    }
    return segment;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("segment store is closed");
    }
  }
}
