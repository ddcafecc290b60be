package io.btrdb.storage.local;

import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentRewriter;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The extents of one shard and the index of its segments, which is built at open and kept in
 * memory.
 *
 * <p>Threads: any. Appends exclude each other; reads take no lock.
 */
final class ShardLog {
  private static final byte[] NOTHING = new byte[0];

  /** The last extent is left alone until it has so much that half of it is worth moving. */
  private static final long SPARSE_BYTES_MIN = 4L << 20;

  /** And this much when nothing has to be moved. */
  private static final long EMPTY_BYTES_MIN = 64L << 10;

  /**
   * Where a segment's current copy is.
   *
   * @param oldest sequence of the oldest extent that may hold any record of the segment
   */
  private record Location(Extent extent, long offset, ExtentRecord record, int oldest) {}

  /**
   * A delete that must not be forgotten while an extent in [oldest, newest] holds the segment.
   *
   * @param holder the extent with the delete record
   */
  private record Tombstone(int oldest, int newest, int holder) {}

  private final int shard;
  private final Path directory;
  private final long extentBytesMax;
  private final AppendFile.Opener opener;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock syncLock = new ReentrantLock();
  private final ConcurrentSkipListMap<Long, Location> index = new ConcurrentSkipListMap<>();

  /** By sequence; the last one takes appends. Guarded by {@link #lock}. */
  private final TreeMap<Integer, Extent> extents = new TreeMap<>();

  /** By segment number. Guarded by {@link #lock}. */
  private final Map<Long, Tombstone> tombstones = new HashMap<>();

  private final List<ExtentDamage> damage = new ArrayList<>();
  private final AtomicLong liveBytes = new AtomicLong();
  private long tornBytes;

  /** The shard is being deleted: nothing is taken any more. Guarded by {@link #lock}. */
  private boolean deleted;

  /** Extents were created or unlinked since the directory was synced. Guarded by {@link #lock}. */
  private boolean directoryDirty;

  ShardLog(int shard, Path directory, long extentBytesMax, AppendFile.Opener opener)
      throws IOException {
    this.shard = shard;
    this.directory = directory;
    this.extentBytesMax = extentBytesMax;
    this.opener = opener;
    DurableFiles.createDirectories(directory);
    try {
      recover();
    } catch (IOException | RuntimeException e) {
      closeAll(e);
      throw e;
    }
  }

  List<ExtentDamage> damage() {
    return damage;
  }

  long tornBytes() {
    return tornBytes;
  }

  /** Bytes of all segments that can be read. */
  long liveBytes() {
    return liveBytes.get();
  }

  /** Bytes of all extents. */
  long fileBytes() {
    lock.lock();
    try {
      return extents.values().stream().mapToLong(Extent::end).sum();
    } finally {
      lock.unlock();
    }
  }

  boolean contains(long number) {
    return index.containsKey(number);
  }

  long length(long number) {
    return locate(number).record().length();
  }

  List<SegmentId> list() {
    return index.keySet().stream().map(number -> new SegmentId(shard, number)).toList();
  }

  byte[] read(long number, long offset, int length) throws IOException {
    while (true) {
      Location place = locate(number);
      int stored = place.record().length();
      if (offset < 0 || length < 0 || offset > stored - length) {
        throw new IllegalArgumentException(
            "segment " + id(number) + " has no bytes " + offset + " + " + length + " of " + stored);
      }
      try {
        return place.extent().read(place.offset() + ExtentRecord.HEADER_BYTES + offset, length);
      } catch (ClosedChannelException e) {
        // Deleted, or moved to another extent by a repair, between the lookup and the read.
        if (!place.extent().isClosed() || place.equals(index.get(number))) {
          throw e;
        }
      }
    }
  }

  void put(long number, byte[] segment) throws IOException {
    lock.lock();
    try {
      if (deleted) {
        throw new IOException(directory + " is being deleted");
      }
      Location stored = index.get(number);
      if (stored != null && holds(stored, number, segment)) {
        return;
      }
      append(number, segment);
      if (stored != null) {
        removeDeadExtents();
      }
    } finally {
      lock.unlock();
    }
  }

  void delete(long number) throws IOException {
    lock.lock();
    try {
      if (deleted || !index.containsKey(number)) {
        return;
      }
      appendDelete(number);
      removeDeadExtents();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves segments out of extents that are dead space by half or more, and unlinks those that are
   * empty then. A crash leaves a segment in one extent or in both.
   *
   * @param bytesMax stops once so many bytes were moved
   * @return bytes moved
   */
  long compact(long bytesMax) throws IOException {
    long moved = 0;
    Set<Extent> stuck = new HashSet<>();
    while (moved < bytesMax) {
      Extent source = sparsest(stuck);
      if (source == null) {
        return moved;
      }
      long before = moved;
      for (long number : numbersIn(source)) {
        moved += moved < bytesMax ? move(number, source) : 0;
      }
      if (moved == before) {
        stuck.add(source);
      }
    }
    return moved;
  }

  private Extent sparsest(Set<Extent> butNot) throws IOException {
    lock.lock();
    try {
      if (extents.isEmpty()) {
        return null;
      }
      Extent last = extents.lastEntry().getValue();
      long least = last.live() == 0 ? EMPTY_BYTES_MIN : SPARSE_BYTES_MIN;
      if (isSparse(last) && last.end() >= Math.min(extentBytesMax, least)) {
        begin(last);
      }
      removeDeadExtents();
      return extents.headMap(extents.lastKey()).values().stream()
          .filter(extent -> isSparse(extent) && !butNot.contains(extent))
          .min(Comparator.comparingDouble(e -> (double) e.liveBytes() / e.end()))
          .orElse(null);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isSparse(Extent extent) {
    return 2 * extent.liveBytes() <= extent.end();
  }

  private List<Long> numbersIn(Extent extent) {
    return index.entrySet().stream()
        .filter(entry -> entry.getValue().extent() == extent)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Bytes moved: none when the segment is not there any more, or is damaged and left to repair. */
  private long move(long number, Extent source) throws IOException {
    lock.lock();
    try {
      Location place = index.get(number);
      if (deleted || place == null || place.extent() != source) {
        return 0;
      }
      byte[] segment = bytes(place);
      if (!place.record().matches(segment)) {
        return 0;
      }
      append(number, segment);
      return segment.length;
    } finally {
      lock.unlock();
    }
  }

  private void append(long number, byte[] segment) throws IOException {
    Extent target = extentFor((long) ExtentRecord.HEADER_BYTES + segment.length);
    ExtentRecord record = ExtentRecord.put(shard, number, segment, (int) target.synced());
    applyPut(target, target.append(record, segment), record);
  }

  void sync() throws IOException {
    syncLock.lock();
    try {
      Map<Extent, Long> dirty = new HashMap<>();
      boolean directoryToo;
      lock.lock();
      try {
        extents.values().stream().filter(Extent::isDirty).forEach(e -> dirty.put(e, e.end()));
        directoryToo = directoryDirty;
        directoryDirty = false;
      } finally {
        lock.unlock();
      }
      for (Map.Entry<Extent, Long> extent : dirty.entrySet()) {
        syncUnlessUnlinked(extent.getKey(), extent.getValue());
      }
      if (directoryToo) {
        DurableFiles.sync(directory);
      }
    } finally {
      syncLock.unlock();
    }
  }

  /**
   * Unlinks everything. Reads under way end with {@link MissingSegmentException}; a crash in
   * between leaves some of the extents.
   */
  void deleteAll() throws IOException {
    syncLock.lock();
    lock.lock();
    try {
      deleted = true;
      index.clear();
      liveBytes.set(0);
      tombstones.clear();
      damage.clear();
      for (Extent extent : List.copyOf(extents.values())) {
        extents.remove(extent.sequence());
        extent.close();
      }
      DurableFiles.deleteTree(directory);
      DurableFiles.sync(directory.toAbsolutePath().getParent());
    } finally {
      lock.unlock();
      syncLock.unlock();
    }
  }

  void close() throws IOException {
    lock.lock();
    try {
      IOException failure = new IOException("closing " + directory);
      closeAll(failure);
      if (failure.getSuppressed().length > 0) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  private static void syncUnlessUnlinked(Extent extent, long upTo) throws IOException {
    try {
      extent.sync(upTo);
    } catch (IOException e) {
      if (!extent.isClosed()) {
        throw e;
      }
      // Unlinked meanwhile: all its segments are deleted, there is nothing to keep.
    }
  }

  private void recover() throws IOException {
    for (String name : DurableFiles.names(directory)) {
      if (name.matches("extent-\\d{8}\\.log")) {
        int sequence = Integer.parseInt(name.substring(7, 15));
        extents.put(sequence, new Extent(sequence, directory.resolve(name), opener));
      }
    }
    for (Extent extent : extents.values()) {
      recover(extent, extent == extents.lastEntry().getValue());
    }
    removeDeadExtents();
  }

  private void recover(Extent extent, boolean last) throws IOException {
    ExtentScan scan = new ExtentScan(extent, shard);
    for (ExtentScan.Found found : scan.found()) {
      if (found.record().kind() == ExtentRecord.PUT) {
        applyPut(extent, found.offset(), found.record());
      } else {
        applyDelete(extent, found.record().number());
      }
    }
    damage.addAll(scan.damage());
    // An extent is synced before the next is begun; the last one may have unsynced bytes even now.
    extent.opened(scan.end(), last ? Math.min(scan.synced(), scan.end()) : scan.end());
    if (scan.tornBytes() == 0) {
      return;
    }
    if (last) {
      extent.truncate(scan.end());
      tornBytes += scan.tornBytes();
    } else {
      // This one was whole once.
      damage.add(
          new ExtentDamage(
              extent.path(), scan.end(), scan.tornBytes(), "no sound record up to the end"));
    }
  }

  /**
   * True when the stored copy is these bytes; false when it is damaged or of another generation and
   * must be replaced.
   */
  private boolean holds(Location stored, long number, byte[] segment) throws IOException {
    byte[] bytes = bytes(stored);
    if (Arrays.equals(bytes, segment)) {
      return true;
    }
    boolean sound = stored.record().matches(bytes);
    boolean sameGeneration =
        SegmentRewriter.generation(bytes) == SegmentRewriter.generation(segment);
    if (sound ? sameGeneration : sameGeneration && !stored.record().matches(segment)) {
      throw new IllegalStateException("segment " + id(number) + " is stored with other bytes");
    }
    return false;
  }

  private static byte[] bytes(Location place) throws IOException {
    return place.extent().read(place.offset() + ExtentRecord.HEADER_BYTES, place.record().length());
  }

  private void appendDelete(long number) throws IOException {
    Extent target = extentFor(ExtentRecord.HEADER_BYTES);
    target.append(ExtentRecord.delete(shard, number, (int) target.synced()), NOTHING);
    applyDelete(target, number);
  }

  private void applyPut(Extent extent, long offset, ExtentRecord record) {
    int oldest = extent.sequence();
    Tombstone deleted = tombstones.remove(record.number());
    if (deleted != null) {
      oldest = Math.min(oldest, deleted.oldest());
    }
    Location before = index.get(record.number());
    if (before != null) {
      before.extent().addLive(-1, before.record().length());
      before.extent().supersede();
      liveBytes.addAndGet(-before.record().length());
      oldest = Math.min(oldest, before.oldest());
    }
    extent.addLive(1, record.length());
    liveBytes.addAndGet(record.length());
    index.put(record.number(), new Location(extent, offset, record, oldest));
  }

  private void applyDelete(Extent holder, long number) {
    Location before = index.remove(number);
    Tombstone earlier = tombstones.get(number);
    if (before != null) {
      before.extent().addLive(-1, before.record().length());
      liveBytes.addAndGet(-before.record().length());
      int newest = before.extent().sequence();
      tombstones.put(number, new Tombstone(before.oldest(), newest, holder.sequence()));
    } else if (earlier != null) {
      // Carried forward from an extent that was about to be unlinked.
      tombstones.put(number, new Tombstone(earlier.oldest(), earlier.newest(), holder.sequence()));
    }
  }

  /** The extent for a record of this size, a new one when it would grow too long. */
  private Extent extentFor(long recordBytes) throws IOException {
    Extent last = extents.isEmpty() ? null : extents.lastEntry().getValue();
    if (last != null && (last.end() == 0 || last.end() + recordBytes <= extentBytesMax)) {
      return last;
    }
    return begin(last);
  }

  /** A new extent behind the last one; null when there is none. */
  private Extent begin(Extent last) throws IOException {
    if (last != null && last.isDirty()) {
      // Only the last extent may have a torn tail.
      syncOrRefuse(last);
    }
    int sequence = last == null ? 1 : last.sequence() + 1;
    Path path = directory.resolve(String.format("extent-%08d.log", sequence));
    Extent next = new Extent(sequence, path, opener);
    extents.put(sequence, next);
    directoryDirty = true;
    return next;
  }

  private static void syncOrRefuse(Extent extent) {
    try {
      extent.sync(extent.end());
    } catch (IOException e) {
      throw new SyncFailedException(extent.path(), e);
    }
  }

  private void removeDeadExtents() throws IOException {
    for (Extent dead : List.copyOf(extents.values())) {
      if (dead.live() == 0 && dead != extents.lastEntry().getValue()) {
        remove(dead);
      }
    }
  }

  /** Unlinks an extent, after the deletes in it that still matter have been written again. */
  private void remove(Extent dead) throws IOException {
    List<Long> needed = new ArrayList<>();
    tombstones.forEach(
        (number, tombstone) -> {
          if (tombstone.holder() == dead.sequence() && isNeeded(tombstone, dead)) {
            needed.add(number);
          }
        });
    for (long number : needed) {
      appendDelete(number);
    }
    // What took the place of a segment in it may be in the last extent, and only there.
    if (!needed.isEmpty() || dead.isSuperseded()) {
      syncOrRefuse(extents.lastEntry().getValue());
    }
    extents.remove(dead.sequence());
    dead.close();
    Files.deleteIfExists(dead.path());
    directoryDirty = true;
    tombstones.values().removeIf(tombstone -> !isNeeded(tombstone, dead));
  }

  private boolean isNeeded(Tombstone tombstone, Extent dead) {
    return extents.subMap(tombstone.oldest(), true, tombstone.newest(), true).keySet().stream()
        .anyMatch(sequence -> sequence != dead.sequence());
  }

  private void closeAll(Exception failure) {
    for (Extent extent : extents.values()) {
      try {
        extent.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private Location locate(long number) {
    Location place = index.get(number);
    if (place == null) {
      throw new MissingSegmentException(id(number));
    }
    return place;
  }

  private SegmentId id(long number) {
    return new SegmentId(shard, number);
  }

  /** An fsync failed: what is on the disk is unknown until it is read again. */
  static final class SyncFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private SyncFailedException(Path path, IOException cause) {
      super("fsync of " + path + " failed: " + cause.getMessage(), cause);
    }
  }
}
