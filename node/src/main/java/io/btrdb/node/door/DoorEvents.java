package io.btrdb.node.door;

import java.util.UUID;

/**
 * What went wrong at the door and is not the caller's mistake. Called on any thread; must not
 * block.
 */
public interface DoorEvents {
  /**
   * A read met a block that is damaged or absent, or a store that failed. The caller was told 432.
   *
   * @param stream null when the request is not about one
   * @param cause a CorruptBlockException, MissingSegmentException, MissingBlockException or
   *     StorageException of io.btrdb.storage, which names the address
   */
  void unreadable(UUID stream, RuntimeException cause);

  /**
   * Asked first: whether what could not be read belongs to a replica that is not kept here any
   * more.
   */
  default boolean movedAway(RuntimeException cause) {
    return false;
  }

  /**
   * A request failed in a way nobody foresaw. The caller was told 500 and the incident's id, under
   * which it is in the log.
   */
  void failed(String incident, String method, Throwable cause);

  /** Listens to nothing. */
  DoorEvents NONE =
      new DoorEvents() {
        @Override
        public void unreadable(UUID stream, RuntimeException cause) {}

        @Override
        public void failed(String incident, String method, Throwable cause) {}
      };
}
