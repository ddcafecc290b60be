package io.btrdb.node.backup;

import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogCommandCodec;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.catalog.Lifecycle;
import io.btrdb.catalog.TransplantedCatalog;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.local.LocalStateVault;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * The catalog of a cluster that is being made. What is changed in it goes through the catalog's own
 * commands, as one more entry of its log.
 */
final class SeededCatalog implements AutoCloseable {
  /** Where streams are found whose names are lost. */
  static final String LOST_AND_FOUND = "lost+found";

  private final LocalStateVault vault;
  private final Catalog catalog;
  private final LogPosition position;
  private final Map<UUID, Lifecycle> streams = new HashMap<>();

  private SeededCatalog(LocalStateVault vault, Catalog catalog, LogPosition position) {
    this.vault = vault;
    this.catalog = catalog;
    this.position = position;
  }

  /**
   * Takes over a vault, which holds the source's state or nothing.
   *
   * @param at position of that state
   */
  static SeededCatalog open(LocalStateVault vault, LogPosition at, UUID cluster) {
    StateStore state = vault.restore();
    TransplantedCatalog.adopt(state, cluster.toString());
    SeededCatalog seeded =
        new SeededCatalog(vault, Catalog.open(CatalogOptions.DEFAULT, state), SeededShard.next(at));
    TransplantedCatalog.streams(state, seeded.streams::put);
    if (seeded.catalog.info().clusterId().isEmpty()) {
      seeded.apply(new CatalogCommand.Init(cluster.toString()));
    }
    return seeded;
  }

  /** Null when the catalog has never heard of the stream. */
  Lifecycle lifecycle(UUID stream) {
    return streams.get(stream);
  }

  void forEach(BiConsumer<UUID, Lifecycle> visitor) {
    streams.forEach(visitor);
  }

  /** Takes in a stream that has data and no name. */
  void find(UUID stream) {
    UUID request = new UUID(0, 0);
    apply(
        new CatalogCommand.Reserve(
            request, stream, LOST_AND_FOUND, Map.of("name", stream.toString()), Map.of()));
    apply(new CatalogCommand.Confirm(request, stream));
  }

  /** Obliterates a stream whose data is gone on purpose. */
  void bury(UUID stream) {
    apply(new CatalogCommand.Hide(new UUID(0, 0), stream));
    apply(new CatalogCommand.Bury(stream));
  }

  private void apply(CatalogCommand command) {
    byte[] bytes = CatalogCommandCodec.encode(command);
    CatalogOutcome outcome =
        catalog.apply(position.index(), catalog.info().logTimeMillis(), bytes, 0, bytes.length);
    if (outcome instanceof CatalogOutcome.Refused refused) {
      throw new IllegalStateException(command + " was refused: " + refused);
    }
  }

  /** Makes what was changed the vault's newest checkpoint. */
  LogPosition checkpoint() {
    catalog.writeState();
    vault.checkpoint(position);
    return position;
  }

  long streams() {
    return catalog.info().streams();
  }

  LocalStateVault vault() {
    return vault;
  }

  @Override
  public void close() {
    vault.close();
  }
}
