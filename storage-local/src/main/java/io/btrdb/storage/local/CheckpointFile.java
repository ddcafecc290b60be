package io.btrdb.storage.local;

import java.util.regex.Pattern;

/**
 * One file of a checkpoint.
 *
 * @param name letters, digits, {@code . _ -}, not starting with a dot: safe to use in a path,
 *     wherever it came from
 * @param sizeBytes its length
 * @param crc32c CRC32C of its bytes
 */
public record CheckpointFile(String name, long sizeBytes, int crc32c) {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}");

  public CheckpointFile {
    if (!SAFE.matcher(name).matches() || name.equals(CheckpointManifest.FILE_NAME)) {
      throw new IllegalArgumentException("not the name of a checkpoint's file: " + name);
    }
    if (sizeBytes < 0) {
      throw new IllegalArgumentException(name + " cannot have " + sizeBytes + " bytes");
    }
  }
}
