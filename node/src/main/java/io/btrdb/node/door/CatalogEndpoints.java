package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.CreateResponse;
import io.btrdb.api.v5.KeyCount;
import io.btrdb.api.v5.MetadataUsageParams;
import io.btrdb.api.v5.MetadataUsageResponse;
import io.btrdb.api.v5.ObliterateParams;
import io.btrdb.api.v5.ObliterateResponse;
import io.btrdb.api.v5.SetStreamAnnotationsParams;
import io.btrdb.api.v5.SetStreamAnnotationsResponse;
import io.btrdb.api.v5.SetStreamTagsParams;
import io.btrdb.api.v5.SetStreamTagsResponse;
import io.btrdb.api.v5.StreamInfoParams;
import io.btrdb.api.v5.StreamInfoResponse;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.door.ReadPlaces.Wanted;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.node.plane.ReadPlace;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Create, Obliterate, SetStreamTags, SetStreamAnnotations, StreamInfo, GetMetadataUsage: what is
 * said about one stream, or counted over all. A key without a value counts as one with the empty
 * value.
 */
final class CatalogEndpoints {
  /** What the contract lists even where there is nothing. */
  private static final CatalogPlane.Usage NO_USAGE =
      new CatalogPlane.Usage(Map.of("name", 0L, "unit", 0L, "ingress", 0L), Map.of());

  private final CatalogPlane catalog;
  private final ReadPlaces places;

  CatalogEndpoints(CatalogPlane catalog, ReadPlaces places) {
    this.catalog = catalog;
    this.places = places;
  }

  void create(CreateParams p, Exchange exchange) {
    Optional<Refusal> wrong =
        Names.collection(p.getCollection())
            .or(() -> Names.tags(p.getTagsList()))
            .or(() -> Names.annotations(p.getAnnotationsList()));
    change(
        exchange,
        p.getUuid(),
        wrong,
        uuid ->
            catalog.create(
                uuid,
                p.getCollection(),
                Names.toMap(p.getTagsList()),
                Names.toMap(p.getAnnotationsList()),
                exchange.patienceNanos()),
        CreateResponse.getDefaultInstance());
  }

  void obliterate(ObliterateParams p, Exchange exchange) {
    change(
        exchange,
        p.getUuid(),
        Optional.empty(),
        uuid -> catalog.obliterate(uuid, exchange.patienceNanos()),
        ObliterateResponse.getDefaultInstance());
  }

  /** An empty collection keeps the old one, and no tags at all keep the old ones. */
  void setTags(SetStreamTagsParams p, Exchange exchange) {
    Optional<Refusal> collection =
        p.getCollection().isEmpty() ? Optional.empty() : Names.collection(p.getCollection());
    change(
        exchange,
        p.getUuid(),
        collection.or(() -> Names.tags(p.getTagsList())).or(() -> Names.tagKeys(p.getRemoveList())),
        uuid ->
            catalog.setTags(
                uuid,
                p.getExpectedPropertyVersion(),
                p.getCollection(),
                Names.toMap(p.getTagsList()),
                p.getRemoveList(),
                exchange.patienceNanos()),
        SetStreamTagsResponse.getDefaultInstance());
  }

  void setAnnotations(SetStreamAnnotationsParams p, Exchange exchange) {
    change(
        exchange,
        p.getUuid(),
        Names.annotations(p.getChangesList()).or(() -> Names.annotationKeys(p.getRemovalsList())),
        uuid ->
            catalog.setAnnotations(
                uuid,
                p.getExpectedPropertyVersion(),
                Names.toMap(p.getChangesList()),
                p.getRemovalsList(),
                exchange.patienceNanos()),
        SetStreamAnnotationsResponse.getDefaultInstance());
  }

  private static void change(
      Exchange exchange,
      ByteString uuid,
      Optional<Refusal> wrong,
      Function<UUID, CompletableFuture<Reply<Void>>> change,
      MessageLite answer) {
    Optional<UUID> stream = UuidBytes.parse(uuid);
    if (stream.isEmpty()) {
      exchange.refuse(ReadPlaces.badUuid(uuid.size()));
    } else if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
    } else {
      exchange.about(stream.get());
      exchange.whenDone(
          change.apply(stream.get()),
          reply -> reply(exchange, reply, done -> exchange.answer(answer)));
    }
  }

  void usage(MetadataUsageParams p, Exchange exchange) {
    CompletableFuture<Reply<CatalogPlane.Usage>> sum =
        CompletableFuture.completedFuture(new Reply.Ok<>(NO_USAGE));
    for (VisibleParts.Part part : VisibleParts.of(exchange.caller(), p.getPrefix(), true)) {
      sum = sum.thenCombine(usage(part, exchange.patienceNanos()), CatalogEndpoints::sum);
    }
    exchange.whenDone(
        sum, reply -> reply(exchange, reply, usage -> exchange.answer(message(usage))));
  }

  private CompletableFuture<Reply<CatalogPlane.Usage>> usage(
      VisibleParts.Part part, long deadlineNanos) {
    return part.isPrefix()
        ? catalog.usage(part.name(), deadlineNanos)
        : catalog.usageOf(part.name(), deadlineNanos);
  }

  private static Reply<CatalogPlane.Usage> sum(
      Reply<CatalogPlane.Usage> a, Reply<CatalogPlane.Usage> b) {
    if (a instanceof Reply.Ok<CatalogPlane.Usage> one
        && b instanceof Reply.Ok<CatalogPlane.Usage> other) {
      return new Reply.Ok<>(
          new CatalogPlane.Usage(
              sum(one.value().tags(), other.value().tags()),
              sum(one.value().annotations(), other.value().annotations())));
    }
    return a instanceof Reply.Ok<CatalogPlane.Usage> ? b : a;
  }

  private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> sum = new TreeMap<>(a);
    b.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }

  private static MetadataUsageResponse message(CatalogPlane.Usage usage) {
    MetadataUsageResponse.Builder message = MetadataUsageResponse.newBuilder();
    usage.tags().forEach((key, count) -> message.addTags(count(key, count)));
    usage.annotations().forEach((key, count) -> message.addAnnotations(count(key, count)));
    return message.build();
  }

  private static KeyCount count(String key, long count) {
    return KeyCount.newBuilder().setKey(key).setCount(count).build();
  }

  /** The version is the shard's to tell, the descriptor the catalog's. */
  void streamInfo(StreamInfoParams p, Exchange exchange) {
    Optional<UUID> stream = UuidBytes.parse(p.getUuid());
    if (stream.isEmpty()) {
      exchange.refuse(ReadPlaces.badUuid(p.getUuid().size()));
    } else if (p.getOmitVersion() && p.getOmitDescriptor()) {
      exchange.refuse(
          ErrorCode.WRONG_ARGUMENTS,
          "omitVersion and omitDescriptor together leave nothing to answer");
    } else if (p.getOmitVersion()) {
      exchange.about(stream.get());
      describe(stream.get(), StreamInfoResponse.newBuilder(), exchange);
    } else {
      places.read(
          exchange,
          new Wanted(p.getUuid(), 0, new RemoteAnswer.Request(BTrDBGrpc.getStreamInfoMethod(), p)),
          Optional.empty(),
          place -> {
            StreamInfoResponse.Builder info = versioned(place);
            if (p.getOmitDescriptor()) {
              exchange.answer(info.build());
            } else {
              describe(stream.get(), info, exchange);
            }
          });
    }
  }

  private static StreamInfoResponse.Builder versioned(ReadPlace.Here place) {
    return StreamInfoResponse.newBuilder()
        .setVersionMajor(place.major())
        .setVersionMinor(place.minor());
  }

  private void describe(UUID stream, StreamInfoResponse.Builder info, Exchange exchange) {
    exchange.whenDone(
        catalog.describe(stream, exchange.patienceNanos()),
        reply ->
            reply(
                exchange,
                reply,
                descriptor ->
                    exchange.answer(
                        info.setStreamDescriptor(Descriptors.message(descriptor)).build())));
  }

  /** Goes on with the value, or refuses. */
  static <T> void reply(Exchange exchange, Reply<T> reply, Consumer<T> next) {
    switch (reply) {
      case Reply.Ok<T> ok -> next.accept(ok.value());
      case Reply.Failed<T> failed ->
          exchange.refuse(
              failed.code(),
              failed.message()
                  + (failed.unknown() ? "; the change may or may not have been made" : ""));
    }
  }
}
