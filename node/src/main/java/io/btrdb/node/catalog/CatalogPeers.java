package io.btrdb.node.catalog;

import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The catalog's leader on another node. Any thread; nothing blocks. Futures fail with whatever the
 * transport says when there was no response.
 */
public interface CatalogPeers {
  /** Node that last was known to lead the catalog; empty when unknown, or when it is this one. */
  Optional<String> leader();

  /**
   * The call CatalogSubmit of service Peer; the other end gives it to {@link
   * CatalogService#handle}.
   */
  CompletableFuture<CatalogResponse> submit(
      String node, CatalogRequest request, long timeoutMillis);

  /**
   * The call CatalogRead of service Peer; the other end gives it to {@link CatalogService#handle}.
   */
  CompletableFuture<CatalogResponse> read(String node, CatalogRequest request, long timeoutMillis);
}
