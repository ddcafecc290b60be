package io.btrdb.storage.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Extent files on a disk that loses what was not synced in a {@link #crash}, runs full, and fails
 * to sync.
 */
final class CrashableFiles implements AppendFile.Opener {
  private final SplittableRandom random;
  private final Map<Path, Long> synced = new HashMap<>();

  /** Bytes that can still be written. */
  long room = Long.MAX_VALUE;

  boolean syncFails;

  CrashableFiles(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public AppendFile open(Path path) throws IOException {
    AppendFile file = AppendFile.open(path);
    synced.putIfAbsent(path, 0L);
    return new AppendFile() {
      @Override
      public void write(long offset, byte[] bytes) throws IOException {
        if (bytes.length > room) {
          byte[] fits = Arrays.copyOf(bytes, (int) room);
          room = 0;
          file.write(offset, fits);
          throw new IOException("No space left on device");
        }
        room -= bytes.length;
        file.write(offset, bytes);
      }

      @Override
      public void truncate(long length) throws IOException {
        file.truncate(length);
      }

      @Override
      public void sync() throws IOException {
        if (syncFails) {
          throw new IOException("Input/output error");
        }
        long length = Files.exists(path) ? Files.size(path) : 0;
        file.sync();
        synced.put(path, length);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  /** Cuts every file somewhere behind its synced bytes, or leaves garbage there. */
  void crash() throws IOException {
    for (Map.Entry<Path, Long> entry : synced.entrySet()) {
      if (!Files.exists(entry.getKey())) {
        continue;
      }
      try (RandomAccessFile file = new RandomAccessFile(entry.getKey().toFile(), "rw")) {
        long durable = Math.min(entry.getValue(), file.length());
        int unsynced = (int) (file.length() - durable);
        long kept = durable + (unsynced == 0 ? 0 : random.nextInt(unsynced + 1));
        file.setLength(kept);
        if (random.nextBoolean()) {
          // The length reached the disk, the last pages did not.
          file.setLength(durable + unsynced);
        }
        entry.setValue(file.length());
      }
    }
  }
}
