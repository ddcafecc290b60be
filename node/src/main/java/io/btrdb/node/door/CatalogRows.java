package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.CatalogPlane.Descriptor;
import io.btrdb.node.plane.CatalogPlane.Filter;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.sql.RowHint;
import io.btrdb.sql.RowSource;
import io.btrdb.sql.SourceFailedException;
import io.btrdb.sql.StreamRow;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The catalog as rows of SQL, as far as the caller may see it: page by page, or stream by stream
 * where a query names its UUIDs.
 */
final class CatalogRows implements RowSource {
  private final CatalogPlane catalog;
  private final Exchange exchange;

  CatalogRows(CatalogPlane catalog, Exchange exchange) {
    this.catalog = catalog;
    this.exchange = exchange;
  }

  /** The catalog does not answer, or answers with an error. */
  static final class Unavailable extends SourceFailedException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    Unavailable(ErrorCode code, String message) {
      super(message);
      this.code = code;
    }

    ErrorCode code() {
      return code;
    }
  }

  @Override
  public Iterator<StreamRow> rows(RowHint hint) {
    return hint.uuids().isPresent() ? new Named(hint.uuids().get().iterator()) : new Pages(hint);
  }

  private static StreamRow row(Descriptor stream) {
    return new StreamRow(
        stream.uuid(),
        stream.collection(),
        stream.tags(),
        stream.annotations(),
        stream.propertyVersion());
  }

  private <T> Reply<T> await(CompletableFuture<Reply<T>> asked) {
    Optional<Reply<T>> reply = exchange.await(asked);
    if (reply.isEmpty()) {
      // The exchange has ended, and has said why.
      throw new Unavailable(ErrorCode.CONTEXT_ERROR, "the catalog did not answer in time");
    }
    return reply.get();
  }

  /** That the catalog has no leader is one code to callers of SQL, and another to all others. */
  private static Unavailable unavailable(Reply.Failed<?> failed) {
    ErrorCode code =
        switch (failed.code()) {
          case CLUSTER_DEGRADED, STORE_UNAVAILABLE, WRONG_ENDPOINT ->
              ErrorCode.METADATA_CONNECTION_ERROR;
          default -> failed.code();
        };
    return new Unavailable(code, failed.message());
  }

  /** Streams in the catalog's order, as far as they are asked for. */
  private final class Pages implements Iterator<StreamRow> {
    private final Iterator<VisibleParts.Part> parts;
    private final List<Filter> tags;
    private VisibleParts.Part part;
    private Iterator<Descriptor> page = Collections.emptyIterator();
    private Descriptor last;
    private boolean more;

    Pages(RowHint hint) {
      this.parts =
          VisibleParts.of(exchange.caller(), hint.collection(), hint.isPrefix()).iterator();
      this.tags =
          hint.tags().entrySet().stream()
              .map(tag -> new Filter(tag.getKey(), Optional.of(tag.getValue())))
              .toList();
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext() && (more || parts.hasNext())) {
        if (!more) {
          part = parts.next();
          last = null;
        }
        turn();
      }
      return page.hasNext();
    }

    private void turn() {
      Reply<List<Descriptor>> reply =
          await(
              catalog.lookup(
                  part.name(),
                  part.isPrefix(),
                  tags,
                  List.of(),
                  last,
                  Limits.CATALOG_PAGE,
                  exchange.patienceNanos()));
      switch (reply) {
        case Reply.Ok<List<Descriptor>> ok -> {
          page = ok.value().iterator();
          more = ok.value().size() == Limits.CATALOG_PAGE;
          last = more ? ok.value().getLast() : last;
        }
        case Reply.Failed<List<Descriptor>> failed -> throw unavailable(failed);
      }
    }

    @Override
    public StreamRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return row(page.next());
    }
  }

  /** Those of some UUIDs that are streams. */
  private final class Named implements Iterator<StreamRow> {
    private final Iterator<UUID> uuids;
    private StreamRow next;

    Named(Iterator<UUID> uuids) {
      this.uuids = uuids;
    }

    @Override
    public boolean hasNext() {
      while (next == null && uuids.hasNext()) {
        switch (await(catalog.describe(uuids.next(), exchange.patienceNanos()))) {
          case Reply.Ok<Descriptor> ok -> {
            if (exchange.caller().sees(ok.value().collection())) {
              next = row(ok.value());
            }
          }
          case Reply.Failed<Descriptor> failed -> {
            if (failed.code() != ErrorCode.NO_SUCH_STREAM) {
              throw unavailable(failed);
            }
          }
        }
      }
      return next != null;
    }

    @Override
    public StreamRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      StreamRow row = next;
      next = null;
      return row;
    }
  }
}
