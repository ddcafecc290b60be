package io.btrdb.node.door;

import com.google.protobuf.CodedOutputStream;
import io.btrdb.api.v5.ListCollectionsParams;
import io.btrdb.api.v5.ListCollectionsResponse;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.api.v5.LookupStreamsResponse;
import io.btrdb.api.v5.StreamDescriptor;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.CatalogPlane.Descriptor;
import io.btrdb.node.plane.CatalogPlane.Filter;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * LookupStreams and ListCollections: streams of answers, asked of the catalog page by page while
 * the receiver keeps up. Without a match there is one empty message.
 */
final class ListEndpoints {
  private final CatalogPlane catalog;
  private final WorkPool queries;

  ListEndpoints(CatalogPlane catalog, WorkPool queries) {
    this.catalog = catalog;
    this.queries = queries;
  }

  void lookup(LookupStreamsParams p, Exchange exchange) {
    List<Filter> tags = Descriptors.filters(p.getTagsList());
    List<Filter> annotations = Descriptors.filters(p.getAnnotationsList());
    queries.run(
        exchange,
        () ->
            stream(
                exchange,
                (Descriptor after) ->
                    catalog.lookup(
                        p.getCollection(),
                        p.getIsCollectionPrefix(),
                        tags,
                        annotations,
                        after,
                        Limits.CATALOG_PAGE,
                        exchange.patienceNanos()),
                new StreamsMessage()));
  }

  void collections(ListCollectionsParams p, Exchange exchange) {
    queries.run(
        exchange,
        () ->
            stream(
                exchange,
                (String after) ->
                    catalog.collections(
                        p.getPrefix(),
                        after == null ? "" : after,
                        Limits.CATALOG_PAGE,
                        exchange.patienceNanos()),
                new CollectionsMessage()));
  }

  /** A message that is filled, sent and filled again. */
  private interface Message<T> {
    /** Adds an item and returns about how many bytes that took. */
    int add(T item);

    /** The message so far, which is empty afterwards. */
    byte[] take();
  }

  private static <T> void stream(
      Exchange exchange,
      Function<T, CompletableFuture<Reply<List<T>>>> pageAfter,
      Message<T> message) {
    T last = null;
    int bytes = 0;
    while (true) {
      Optional<Reply<List<T>>> reply = exchange.await(pageAfter.apply(last));
      if (reply.isEmpty()) {
        return;
      }
      if (!(reply.get() instanceof Reply.Ok<List<T>> page)) {
        CatalogEndpoints.reply(exchange, reply.get(), none -> {});
        return;
      }
      for (T item : page.value()) {
        bytes += message.add(item);
        if (bytes >= Limits.CATALOG_MESSAGE_BYTES) {
          if (!send(exchange, message)) {
            return;
          }
          bytes = 0;
        }
        last = item;
      }
      if (page.value().size() < Limits.CATALOG_PAGE) {
        if (send(exchange, message)) {
          exchange.finish();
        }
        return;
      }
    }
  }

  private static boolean send(Exchange exchange, Message<?> message) {
    if (!exchange.awaitReceiver()) {
      exchange.expire();
      return false;
    }
    exchange.send(message.take());
    return true;
  }

  private static final class StreamsMessage implements Message<Descriptor> {
    private final LookupStreamsResponse.Builder message = LookupStreamsResponse.newBuilder();

    @Override
    public int add(Descriptor item) {
      StreamDescriptor descriptor = Descriptors.message(item);
      message.addResults(descriptor);
      return descriptor.getSerializedSize();
    }

    @Override
    public byte[] take() {
      byte[] bytes = message.build().toByteArray();
      message.clear();
      return bytes;
    }
  }

  private static final class CollectionsMessage implements Message<String> {
    private final ListCollectionsResponse.Builder message = ListCollectionsResponse.newBuilder();

    @Override
    public int add(String item) {
      message.addCollections(item);
      return CodedOutputStream.computeStringSizeNoTag(item);
    }

    @Override
    public byte[] take() {
      byte[] bytes = message.build().toByteArray();
      message.clear();
      return bytes;
    }
  }
}
