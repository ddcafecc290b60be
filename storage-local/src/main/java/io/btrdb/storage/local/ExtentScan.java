package io.btrdb.storage.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an extent at open: hops from header to header, and reads payloads only from where they may
 * be torn. After a broken record it looks for the next sound one, byte by byte.
 */
final class ExtentScan {
  /** A sound record and where it is. */
  record Found(long offset, ExtentRecord record) {}

  private static final int WINDOW_BYTES = 256 * 1024;

  private final Extent extent;
  private final int shard;
  private final long length;
  private final List<Found> found = new ArrayList<>();
  private final List<ExtentDamage> damage = new ArrayList<>();
  private long end;
  private long synced;

  /** Headers are read through this window, which starts at {@link #windowStart}. */
  private byte[] window = new byte[0];

  private long windowStart;

  ExtentScan(Extent extent, int shard) throws IOException {
    this.extent = extent;
    this.shard = shard;
    this.length = extent.length();
    hop();
    checkUnsynced();
  }

  List<Found> found() {
    return found;
  }

  List<ExtentDamage> damage() {
    return damage;
  }

  /** End of the last sound record; what lies beyond is a torn tail. */
  long end() {
    return end;
  }

  /** Offset below which all was synced before. */
  long synced() {
    return synced;
  }

  long tornBytes() {
    return length - end;
  }

  private void hop() throws IOException {
    long at = 0;
    while (at < length) {
      ExtentRecord record = recordAt(at);
      if (record == null) {
        long next = nextSound(at + 1);
        if (next < 0) {
          return;
        }
        damage.add(new ExtentDamage(extent.path(), at, next - at, "no sound record header"));
        at = next;
        continue;
      }
      found.add(new Found(at, record));
      synced = Math.max(synced, record.synced());
      at += record.sizeBytes();
      end = at;
    }
  }

  /**
   * Drops records whose payload did not reach the disk: at the end they are torn, before damaged.
   */
  private void checkUnsynced() throws IOException {
    for (int i = found.size() - 1; i >= 0 && found.get(i).offset() >= synced; i--) {
      Found candidate = found.get(i);
      if (isSound(candidate.offset(), candidate.record())) {
        continue;
      }
      found.remove(i);
      long size = candidate.record().sizeBytes();
      if (candidate.offset() + size == end) {
        end = candidate.offset();
        cutDamageAtEnd();
      } else {
        damage.add(
            new ExtentDamage(
                extent.path(), candidate.offset(), size, "checksum of the payload does not match"));
      }
    }
  }

  /** Damage with nothing sound behind it any more is part of the torn tail. */
  private void cutDamageAtEnd() {
    while (!damage.isEmpty()) {
      ExtentDamage last = damage.get(damage.size() - 1);
      if (last.offset() + last.lengthBytes() != end) {
        return;
      }
      end = last.offset();
      damage.remove(damage.size() - 1);
    }
  }

  private long nextSound(long from) throws IOException {
    for (long at = from; at <= length - ExtentRecord.HEADER_BYTES; at++) {
      if (byteAt(at) == ExtentRecord.MAGIC >>> 24) {
        ExtentRecord record = recordAt(at);
        if (record != null && isSound(at, record)) {
          return at;
        }
      }
    }
    return -1;
  }

  private boolean isSound(long at, ExtentRecord record) throws IOException {
    return record.matches(extent.read(at + ExtentRecord.HEADER_BYTES, record.length()));
  }

  /** The record whose header is at this offset and whose payload the file holds, or null. */
  private ExtentRecord recordAt(long at) throws IOException {
    if (at > length - ExtentRecord.HEADER_BYTES) {
      return null;
    }
    fill(at, ExtentRecord.HEADER_BYTES, ExtentRecord.HEADER_BYTES);
    ExtentRecord record = ExtentRecord.parse(window, (int) (at - windowStart), shard);
    return record == null || record.sizeBytes() > length - at ? null : record;
  }

  private int byteAt(long at) throws IOException {
    fill(at, 1, WINDOW_BYTES);
    return window[(int) (at - windowStart)] & 0xFF;
  }

  private void fill(long at, int needed, int wanted) throws IOException {
    if (at < windowStart || at + needed > windowStart + window.length) {
      window = extent.read(at, (int) Math.min(wanted, length - at));
      windowStart = at;
    }
  }
}
