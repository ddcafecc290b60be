package io.btrdb.node.catalog;

import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogOutcome;
import java.util.concurrent.CompletableFuture;

/** This node's replica of the catalog and its log. Any thread; nothing blocks. */
public interface LocalCatalog {
  /** The state machine as of now; replaced as a whole when a checkpoint is installed. */
  Catalog catalog();

  /** Whether this replica leads and is ready to answer. */
  boolean leads();

  /**
   * Completes with the outcome once a majority has the command, or fails with {@link
   * CatalogLogException}.
   */
  CompletableFuture<CatalogOutcome> submit(CatalogCommand command);

  /**
   * Completes when all that was acknowledged before the call can be read here, or fails with {@link
   * CatalogLogException}.
   */
  CompletableFuture<Void> linearize();
}
