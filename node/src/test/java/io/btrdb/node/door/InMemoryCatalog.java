package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.CatalogPlane;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A catalog of one process, as far as the door's tests need it. */
final class InMemoryCatalog implements CatalogPlane {
  private final InMemoryPlane data;
  private final Map<UUID, Descriptor> streams = new HashMap<>();
  private ErrorCode failure;

  InMemoryCatalog(InMemoryPlane data) {
    this.data = data;
  }

  /** From now on streams are neither found nor listed. */
  synchronized void failWith(ErrorCode code) {
    failure = code;
  }

  private static <T> CompletableFuture<Reply<T>> ok(T value) {
    return CompletableFuture.completedFuture(new Reply.Ok<>(value));
  }

  private static <T> CompletableFuture<Reply<T>> failed(ErrorCode code) {
    return CompletableFuture.completedFuture(new Reply.Failed<>(code, "catalog says so", false));
  }

  @Override
  public synchronized CompletableFuture<Reply<Void>> create(
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations,
      long deadlineNanos) {
    if (streams.containsKey(uuid)) {
      return failed(ErrorCode.SAME_STREAM);
    }
    boolean taken =
        streams.values().stream()
            .anyMatch(s -> s.collection().equals(collection) && s.tags().equals(tags));
    if (taken) {
      return failed(ErrorCode.AMBIGUOUS_STREAM);
    }
    streams.put(uuid, new Descriptor(uuid, collection, tags, annotations, 1));
    data.create(uuid);
    return ok(null);
  }

  @Override
  public synchronized CompletableFuture<Reply<Void>> obliterate(UUID uuid, long deadlineNanos) {
    return streams.remove(uuid) == null ? failed(ErrorCode.NO_SUCH_STREAM) : ok(null);
  }

  @Override
  public synchronized CompletableFuture<Reply<Void>> setTags(
      UUID uuid,
      long expectedVersion,
      String collection,
      Map<String, String> tags,
      List<String> removals,
      long deadlineNanos) {
    Descriptor old = streams.get(uuid);
    if (old == null) {
      return failed(ErrorCode.NO_SUCH_STREAM);
    }
    if (expectedVersion != 0 && expectedVersion != old.propertyVersion()) {
      return failed(ErrorCode.ANNOTATION_VERSION_MISMATCH);
    }
    streams.put(
        uuid,
        new Descriptor(
            uuid,
            collection.isEmpty() ? old.collection() : collection,
            tags.isEmpty() ? old.tags() : tags,
            old.annotations(),
            old.propertyVersion() + 1));
    return ok(null);
  }

  @Override
  public synchronized CompletableFuture<Reply<Void>> setAnnotations(
      UUID uuid,
      long expectedVersion,
      Map<String, String> changes,
      List<String> removals,
      long deadlineNanos) {
    Descriptor old = streams.get(uuid);
    if (expectedVersion != 0 && expectedVersion != old.propertyVersion()) {
      return failed(ErrorCode.ANNOTATION_VERSION_MISMATCH);
    }
    Map<String, String> annotations = new TreeMap<>(old.annotations());
    annotations.putAll(changes);
    removals.forEach(annotations::remove);
    streams.put(
        uuid,
        new Descriptor(uuid, old.collection(), old.tags(), annotations, old.propertyVersion() + 1));
    return ok(null);
  }

  @Override
  public synchronized CompletableFuture<Reply<Descriptor>> describe(UUID uuid, long deadlineNanos) {
    if (failure != null) {
      return failed(failure);
    }
    Descriptor found = streams.get(uuid);
    return found == null ? failed(ErrorCode.NO_SUCH_STREAM) : ok(found);
  }

  @Override
  public synchronized CompletableFuture<Reply<List<Descriptor>>> lookup(
      String collection,
      boolean isPrefix,
      List<Filter> tags,
      List<Filter> annotations,
      Descriptor after,
      int limit,
      long deadlineNanos) {
    if (failure != null) {
      return failed(failure);
    }
    Comparator<Descriptor> order =
        Comparator.comparing(Descriptor::collection).thenComparing(Descriptor::uuid);
    Stream<Descriptor> found =
        streams.values().stream()
            .filter(
                s ->
                    isPrefix
                        ? s.collection().startsWith(collection)
                        : s.collection().equals(collection))
            .filter(s -> tags.stream().allMatch(f -> matches(f, s.tags())))
            .filter(s -> annotations.stream().allMatch(f -> matches(f, s.annotations())))
            .filter(s -> after == null || order.compare(s, after) > 0);
    return ok(found.sorted(order).limit(limit).toList());
  }

  private static boolean matches(Filter filter, Map<String, String> pairs) {
    String value = pairs.get(filter.key());
    return value != null && filter.value().map(value::equals).orElse(true);
  }

  @Override
  public synchronized CompletableFuture<Reply<List<String>>> collections(
      String prefix, String after, int limit, long deadlineNanos) {
    return ok(
        streams.values().stream()
            .map(Descriptor::collection)
            .filter(c -> c.startsWith(prefix) && c.compareTo(after) > 0)
            .distinct()
            .sorted()
            .limit(limit)
            .toList());
  }

  @Override
  public synchronized CompletableFuture<Reply<Usage>> usage(String prefix, long deadlineNanos) {
    long count = streams.values().stream().filter(s -> s.collection().startsWith(prefix)).count();
    return ok(new Usage(new TreeMap<>(Map.of("name", count, "unit", 0L, "ingress", 0L)), Map.of()));
  }

  @Override
  public synchronized CompletableFuture<Reply<Usage>> usageOf(
      String collection, long deadlineNanos) {
    long count = streams.values().stream().filter(s -> s.collection().equals(collection)).count();
    return ok(new Usage(new TreeMap<>(Map.of("name", count, "unit", 0L, "ingress", 0L)), Map.of()));
  }
}
