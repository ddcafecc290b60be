package io.btrdb.catalog;

import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * A catalog's state that becomes another cluster's: changes what ties it to the old one. Works on
 * the stored state, before {@link Catalog#open}. Used by one thread.
 */
public final class TransplantedCatalog {
  private TransplantedCatalog() {}

  /** Gives the state to another cluster. Nothing happens to one that was never initialised. */
  public static void adopt(StateStore state, String clusterId) {
    byte[] stored = state.get(StateKeys.INFO);
    if (stored != null) {
      CatalogInfo info = RowCodec.info(StateKeys.INFO, stored);
      if (info.clusterId().isPresent()) {
        state.write(
            new StateBatch().put(StateKeys.INFO, RowCodec.encode(info.withClusterId(clusterId))));
      }
    }
  }

  /** Hands out every UUID ever taken and not released, and where its stream is in its life. */
  public static void streams(StateStore state, BiConsumer<UUID, Lifecycle> visitor) {
    byte[] from = {(byte) StateKeys.ENTRY};
    try (StateCursor rows = state.scan(from, StateKeys.end(from))) {
      while (rows.next()) {
        byte[] key = rows.key();
        visitor.accept(StateKeys.uuidAt(key, 1), RowCodec.entry(key, rows.value()).lifecycle());
      }
    }
  }
}
