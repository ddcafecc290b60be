package io.btrdb.catalog;

import java.util.List;

/**
 * Who may do what, at one moment.
 *
 * @param revision index of the entry that last changed a key; 0 before the first
 * @param moved index of the entry that last moved a stream to another collection; 0 before the
 *     first
 */
public record AccessState(long revision, long moved, List<AccessKey> keys) {
  public static final AccessState EMPTY = new AccessState(0, 0, List.of());

  public AccessState {
    keys = List.copyOf(keys);
  }
}
