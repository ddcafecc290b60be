package io.btrdb.storage;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Small named objects beside the segments of a shared pool: manifests, incarnations, pins,
 * archives. What a call has written survives a crash when the call returns.
 *
 * <p>A name is 1 to 255 characters of {@code a-z 0-9 . _ / -}; content is 0 to {@link
 * #CONTENT_BYTES_MAX} bytes. Any other argument is an {@link IllegalArgumentException}.
 *
 * <p>Threads: all methods may be called from any thread, and from any number of processes on one
 * pool; each call is atomic. Errors: {@link StorageException} when the pool fails. A write that
 * failed may have happened, or happen yet; reading the object tells.
 */
public interface ObjectPool extends AutoCloseable {
  /** The largest object: what one write of a pool takes with ease. */
  int CONTENT_BYTES_MAX = 64 * 1024 * 1024;

  Pattern NAME = Pattern.compile("[a-z0-9/._-]{1,255}");

  /**
   * An object as it was at one moment.
   *
   * @param version changes with every write of that object
   * @param content the caller's own copy
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Stored(long version, byte[] content) {}

  /**
   * Makes an object, exclusively.
   *
   * @return false when there is one already, which stays as it is
   */
  boolean create(String name, byte[] content);

  /** Writes an object as a whole and atomically; it is made when missing. */
  void replace(String name, byte[] content);

  /**
   * Writes an object as a whole, but only over that version of it.
   *
   * @param expectedVersion {@link Stored#version} as it was read
   * @return false when the object has another version or is not there; it stays as it is
   */
  boolean replace(String name, long expectedVersion, byte[] content);

  Optional<Stored> read(String name);

  /** Names of all objects that begin with the prefix, sorted; an empty prefix lists all. */
  List<String> list(String prefix);

  /** Removes an object; no error when it is not there. */
  void delete(String name);

  @Override
  void close();

  /** Refuses what is not a name. */
  static String checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "an object's name is 1 to 255 of a-z 0-9 . _ / -, not \"" + name + "\"");
    }
    return name;
  }

  /** Refuses content that is too large for an object. */
  static byte[] checkContent(byte[] content) {
    if (content.length > CONTENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          content.length + " bytes are too many for an object, at most " + CONTENT_BYTES_MAX);
    }
    return content;
  }
}
