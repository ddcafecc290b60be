package io.btrdb.catalog;

import io.btrdb.catalog.CatalogOutcome.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What the catalog should do, with plain maps and no indexes. */
final class CatalogModel {
  static final class Stream {
    Lifecycle lifecycle = Lifecycle.RESERVED;
    UUID owner;
    StreamDescriptor descriptor;
    final List<UUID> changes = new ArrayList<>();
  }

  final Map<UUID, Stream> streams = new HashMap<>();

  /** Empty: accepted or noted. */
  Optional<Reason> apply(CatalogCommand.OfStream command) {
    Stream stream = streams.get(command.uuid());
    return switch (command) {
      case CatalogCommand.Reserve c -> reserve(c, stream);
      case CatalogCommand.Confirm c -> confirm(c, stream);
      case CatalogCommand.Release c -> {
        if (is(stream, Lifecycle.RESERVED) && stream.owner.equals(c.request())) {
          streams.remove(c.uuid());
        }
        yield Optional.empty();
      }
      case CatalogCommand.SetTags c -> {
        Optional<Reason> refused = refuseChange(stream, c.request(), c.expectedVersion());
        if (refused == null) {
          yield Optional.empty();
        }
        yield refused.isPresent() ? refused : setTags(c, stream);
      }
      case CatalogCommand.SetAnnotations c -> {
        Optional<Reason> refused = refuseChange(stream, c.request(), c.expectedVersion());
        if (refused == null) {
          yield Optional.empty();
        }
        if (refused.isEmpty()) {
          StreamDescriptor old = stream.descriptor;
          Map<String, String> merged = new TreeMap<>(old.annotations());
          c.removals().forEach(merged::remove);
          merged.putAll(c.changes());
          changed(stream, c.request(), old.collection(), old.tags(), merged);
        }
        yield refused;
      }
      case CatalogCommand.Hide c -> hide(c, stream);
      case CatalogCommand.Bury c -> {
        if (is(stream, Lifecycle.HIDDEN)) {
          stream.lifecycle = Lifecycle.BURIED;
        }
        yield Optional.empty();
      }
    };
  }

  private Optional<Reason> reserve(CatalogCommand.Reserve c, Stream stream) {
    StreamDescriptor wanted =
        new StreamDescriptor(c.uuid(), c.collection(), c.tags(), c.annotations(), 1);
    if (stream == null) {
      if (isTaken(c.uuid(), c.collection(), c.tags())) {
        return Optional.of(Reason.AMBIGUOUS_STREAM);
      }
      Stream made = new Stream();
      made.owner = c.request();
      made.descriptor = wanted;
      streams.put(c.uuid(), made);
      return Optional.empty();
    }
    return switch (stream.lifecycle) {
      case RESERVED -> {
        if (!stream.descriptor.equals(wanted)) {
          yield Optional.of(Reason.SAME_STREAM);
        }
        stream.owner = c.request();
        yield Optional.empty();
      }
      case ACTIVE ->
          stream.owner.equals(c.request()) ? Optional.empty() : Optional.of(Reason.SAME_STREAM);
      case HIDDEN, BURIED -> Optional.of(Reason.REUSED_UUID);
    };
  }

  private static Optional<Reason> confirm(CatalogCommand.Confirm c, Stream stream) {
    if (stream == null) {
      return Optional.of(Reason.NO_SUCH_STREAM);
    }
    if (stream.lifecycle == Lifecycle.HIDDEN || stream.lifecycle == Lifecycle.BURIED) {
      return Optional.of(Reason.REUSED_UUID);
    }
    if (!stream.owner.equals(c.request())) {
      return Optional.of(Reason.SAME_STREAM);
    }
    stream.lifecycle = Lifecycle.ACTIVE;
    return Optional.empty();
  }

  private static Optional<Reason> hide(CatalogCommand.Hide c, Stream stream) {
    if (is(stream, Lifecycle.ACTIVE)) {
      stream.lifecycle = Lifecycle.HIDDEN;
      stream.owner = c.request();
      return Optional.empty();
    }
    boolean again =
        (is(stream, Lifecycle.HIDDEN) || is(stream, Lifecycle.BURIED))
            && stream.owner.equals(c.request());
    return again ? Optional.empty() : Optional.of(Reason.NO_SUCH_STREAM);
  }

  /** Null: done before. */
  private static Optional<Reason> refuseChange(Stream stream, UUID request, long expected) {
    if (!is(stream, Lifecycle.ACTIVE)) {
      return Optional.of(Reason.NO_SUCH_STREAM);
    }
    if (stream.changes.contains(request)) {
      return null;
    }
    return expected == 0 || expected == stream.descriptor.propertyVersion()
        ? Optional.empty()
        : Optional.of(Reason.VERSION_MISMATCH);
  }

  private Optional<Reason> setTags(CatalogCommand.SetTags c, Stream stream) {
    StreamDescriptor old = stream.descriptor;
    Map<String, String> merged = new TreeMap<>(old.tags());
    c.removals().forEach(merged::remove);
    merged.putAll(c.tags());
    String collection = c.collection().isEmpty() ? old.collection() : c.collection();
    if (isTaken(c.uuid(), collection, merged)) {
      return Optional.of(Reason.AMBIGUOUS_STREAM);
    }
    changed(stream, c.request(), collection, merged, old.annotations());
    return Optional.empty();
  }

  private static void changed(
      Stream stream,
      UUID request,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations) {
    StreamDescriptor old = stream.descriptor;
    stream.descriptor =
        new StreamDescriptor(old.uuid(), collection, tags, annotations, old.propertyVersion() + 1);
    stream.changes.add(request);
    if (stream.changes.size() > CatalogLimits.REMEMBERED_CHANGES) {
      stream.changes.removeFirst();
    }
  }

  private boolean isTaken(UUID except, String collection, Map<String, String> tags) {
    return streams.entrySet().stream()
        .anyMatch(
            e ->
                !e.getKey().equals(except)
                    && e.getValue().lifecycle != Lifecycle.BURIED
                    && e.getValue().descriptor.collection().equals(collection)
                    && e.getValue().descriptor.tags().equals(tags));
  }

  private static boolean is(Stream stream, Lifecycle lifecycle) {
    return stream != null && stream.lifecycle == lifecycle;
  }

  List<StreamDescriptor> active() {
    return streams.values().stream()
        .filter(stream -> stream.lifecycle == Lifecycle.ACTIVE)
        .map(stream -> stream.descriptor)
        .sorted(
            (a, b) -> {
              int order =
                  java.util.Arrays.compareUnsigned(
                      StateKeys.utf8(a.collection()), StateKeys.utf8(b.collection()));
              return order != 0
                  ? order
                  : java.util.Arrays.compareUnsigned(
                      RowCodec.encode(a.uuid()), RowCodec.encode(b.uuid()));
            })
        .toList();
  }

  List<StreamDescriptor> lookup(LookupQuery query) {
    return active().stream()
        .filter(
            s ->
                query.isPrefix()
                    ? s.collection().startsWith(query.collection())
                    : s.collection().equals(query.collection()))
        .filter(query::matches)
        .toList();
  }

  List<String> collections(String prefix) {
    TreeSet<String> found = new TreeSet<>();
    active().stream()
        .map(StreamDescriptor::collection)
        .filter(name -> name.startsWith(prefix))
        .forEach(found::add);
    return List.copyOf(found);
  }

  MetadataUsage usage(String prefix) {
    Map<String, Long> tags = new TreeMap<>(Map.of("name", 0L, "unit", 0L, "ingress", 0L));
    Map<String, Long> annotations = new TreeMap<>();
    for (StreamDescriptor stream : active()) {
      if (stream.collection().startsWith(prefix)) {
        stream.tags().keySet().forEach(key -> tags.merge(key, 1L, Long::sum));
        stream.annotations().keySet().forEach(key -> annotations.merge(key, 1L, Long::sum));
      }
    }
    return new MetadataUsage(tags, annotations);
  }

  TreeSet<UUID> unfinished() {
    TreeSet<UUID> found = new TreeSet<>();
    streams.forEach(
        (uuid, stream) -> {
          if (stream.lifecycle == Lifecycle.RESERVED || stream.lifecycle == Lifecycle.HIDDEN) {
            found.add(uuid);
          }
        });
    return found;
  }
}
