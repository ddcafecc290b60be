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
                VisibleParts.of(exchange.caller(), p.getCollection(), p.getIsCollectionPrefix()),
                (part, after) ->
                    catalog.lookup(
                        part.name(),
                        part.isPrefix(),
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
                VisibleParts.of(exchange.caller(), p.getPrefix(), true),
                (part, after) -> collections(part, after, exchange),
                new CollectionsMessage()));
  }

  private CompletableFuture<Reply<List<String>>> collections(
      VisibleParts.Part part, String after, Exchange exchange) {
    if (part.isPrefix()) {
      return catalog.collections(
          part.name(), after == null ? "" : after, Limits.CATALOG_PAGE, exchange.patienceNanos());
    }
    // Of all names that start with it, the name itself comes first.
    return catalog
        .collections(part.name(), "", 1, exchange.patienceNanos())
        .thenApply(
            reply ->
                reply instanceof Reply.Ok<List<String>> ok
                    ? new Reply.Ok<>(ok.value().stream().filter(part.name()::equals).toList())
                    : reply);
  }

  /** A message that is filled, sent and filled again. */
  private interface Message<T> {
    /** Adds an item and returns about how many bytes the message has now. */
    int add(T item);

    /** The message so far, which is empty afterwards. */
    byte[] take();
  }

  /** Asks for the page of a part that follows an item, null for the first. */
  private interface Pages<T> {
    CompletableFuture<Reply<List<T>>> after(VisibleParts.Part part, T last);
  }

  private static <T> void stream(
      Exchange exchange, List<VisibleParts.Part> parts, Pages<T> pages, Message<T> message) {
    for (VisibleParts.Part part : parts) {
      if (!stream(exchange, part, pages, message)) {
        return;
      }
    }
    if (send(exchange, message)) {
      exchange.finish();
    }
  }

  /** Whether all of the part is sent or in the message; otherwise the exchange has ended. */
  private static <T> boolean stream(
      Exchange exchange, VisibleParts.Part part, Pages<T> pages, Message<T> message) {
    T last = null;
    while (true) {
      // What matches nothing sends nothing, and would not notice that nobody waits.
      exchange.step();
      Optional<Reply<List<T>>> reply = exchange.await(pages.after(part, last));
      if (reply.isEmpty()) {
        return false;
      }
      if (!(reply.get() instanceof Reply.Ok<List<T>> page)) {
        CatalogEndpoints.reply(exchange, reply.get(), none -> {});
        return false;
      }
      for (T item : page.value()) {
        if (message.add(item) >= Limits.CATALOG_MESSAGE_BYTES && !send(exchange, message)) {
          return false;
        }
        last = item;
      }
      if (page.value().size() < Limits.CATALOG_PAGE) {
        return true;
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
    private int size;

    @Override
    public int add(Descriptor item) {
      StreamDescriptor descriptor = Descriptors.message(item);
      message.addResults(descriptor);
      size += descriptor.getSerializedSize();
      return size;
    }

    @Override
    public byte[] take() {
      byte[] bytes = message.build().toByteArray();
      message.clear();
      size = 0;
      return bytes;
    }
  }

  private static final class CollectionsMessage implements Message<String> {
    private final ListCollectionsResponse.Builder message = ListCollectionsResponse.newBuilder();
    private int size;

    @Override
    public int add(String item) {
      message.addCollections(item);
      size += CodedOutputStream.computeStringSizeNoTag(item);
      return size;
    }

    @Override
    public byte[] take() {
      byte[] bytes = message.build().toByteArray();
      message.clear();
      size = 0;
      return bytes;
    }
  }
}
