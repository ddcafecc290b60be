package io.btrdb.catalog;

import io.btrdb.catalog.CatalogOutcome.Accepted;
import io.btrdb.catalog.CatalogOutcome.Noted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Birth and death of streams. Between the two steps of each, the stream's shard logs Open or Drop;
 * every step may come again.
 *
 * <p>Of concurrent creates of one stream at most one is accepted at its Confirm: the one whose
 * Reserve came last while the stream was reserved.
 */
final class StreamLife {
  private static final long FIRST_PROPERTY_VERSION = 1;

  private final StreamRows rows;

  StreamLife(StreamRows rows) {
    this.rows = rows;
  }

  CatalogOutcome reserve(CatalogCommand.Reserve command) {
    UUID uuid = command.uuid();
    StreamDescriptor wanted =
        new StreamDescriptor(
            uuid,
            command.collection(),
            command.tags(),
            command.annotations(),
            FIRST_PROPERTY_VERSION);
    Optional<StreamEntry> entry = rows.entry(uuid);
    if (entry.isPresent()) {
      return reserveAgain(command.request(), wanted, entry.get());
    }
    Optional<Refused> problem =
        NameRules.problem(wanted.collection(), wanted.tags(), wanted.annotations());
    if (problem.isPresent()) {
      return problem.get();
    }
    Optional<UUID> holder = rows.holder(wanted.collection(), wanted.tags());
    if (holder.isPresent()) {
      return ambiguous(holder.get(), wanted.collection(), wanted.tags());
    }
    rows.takeName(uuid, wanted.collection(), wanted.tags());
    rows.move(uuid, entry, Optional.of(new StreamEntry.Reserved(command.request(), wanted)));
    return new Accepted(Lifecycle.RESERVED, FIRST_PROPERTY_VERSION);
  }

  private CatalogOutcome reserveAgain(UUID request, StreamDescriptor wanted, StreamEntry entry) {
    UUID uuid = wanted.uuid();
    return switch (entry) {
      case StreamEntry.Active active ->
          active.request().equals(request)
              ? new Accepted(Lifecycle.ACTIVE, rows.descriptor(uuid, active).propertyVersion())
              : sameStream(uuid);
      case StreamEntry.Reserved reserved -> {
        if (!reserved.stream().equals(wanted)) {
          yield sameStream(uuid);
        }
        // Whoever began it may be gone: the newest request drives it on and owns the success.
        rows.move(uuid, Optional.of(entry), Optional.of(new StreamEntry.Reserved(request, wanted)));
        yield new Accepted(Lifecycle.RESERVED, FIRST_PROPERTY_VERSION);
      }
      case StreamEntry.Hidden hidden -> reused(uuid);
      case StreamEntry.Buried buried -> reused(uuid);
    };
  }

  CatalogOutcome confirm(UUID request, UUID uuid) {
    Optional<StreamEntry> entry = rows.entry(uuid);
    if (entry.isEmpty()) {
      return noSuchStream(uuid);
    }
    return switch (entry.get()) {
      case StreamEntry.Reserved reserved -> {
        if (!reserved.request().equals(request)) {
          yield sameStream(uuid);
        }
        StreamDescriptor stream = reserved.stream();
        rows.show(stream);
        rows.move(
            uuid,
            entry,
            Optional.of(new StreamEntry.Active(request, stream.collection(), List.of())));
        yield new Accepted(Lifecycle.ACTIVE, stream.propertyVersion());
      }
      case StreamEntry.Active active ->
          active.request().equals(request)
              ? new Accepted(Lifecycle.ACTIVE, rows.descriptor(uuid, active).propertyVersion())
              : sameStream(uuid);
      case StreamEntry.Hidden hidden -> reused(uuid);
      case StreamEntry.Buried buried -> reused(uuid);
    };
  }

  CatalogOutcome release(UUID request, UUID uuid) {
    Optional<StreamEntry> entry = rows.entry(uuid);
    if (entry.isPresent()
        && entry.get() instanceof StreamEntry.Reserved reserved
        && reserved.request().equals(request)) {
      rows.freeName(reserved.stream().collection(), reserved.stream().tags());
      rows.move(uuid, entry, Optional.empty());
    }
    return new Noted();
  }

  CatalogOutcome hide(UUID request, UUID uuid) {
    Optional<StreamEntry> entry = rows.entry(uuid);
    if (entry.isEmpty()) {
      return noSuchStream(uuid);
    }
    return switch (entry.get()) {
      case StreamEntry.Active active -> {
        StreamDescriptor stream = rows.descriptor(uuid, active);
        rows.withdraw(stream);
        rows.move(
            uuid,
            entry,
            Optional.of(new StreamEntry.Hidden(request, stream.collection(), stream.tags())));
        yield new Accepted(Lifecycle.HIDDEN, stream.propertyVersion());
      }
      case StreamEntry.Hidden hidden -> hiddenAlready(request, uuid, hidden);
      case StreamEntry.Buried buried -> hiddenAlready(request, uuid, buried);
      case StreamEntry.Reserved reserved -> noSuchStream(uuid);
    };
  }

  private static CatalogOutcome hiddenAlready(UUID request, UUID uuid, StreamEntry entry) {
    return entry.request().equals(request)
        ? new Accepted(entry.lifecycle(), 0)
        : noSuchStream(uuid);
  }

  CatalogOutcome bury(UUID uuid) {
    Optional<StreamEntry> entry = rows.entry(uuid);
    if (entry.isPresent() && entry.get() instanceof StreamEntry.Hidden hidden) {
      rows.freeName(hidden.collection(), hidden.tags());
      rows.move(uuid, entry, Optional.of(new StreamEntry.Buried(hidden.request())));
    }
    return new Noted();
  }

  static Refused noSuchStream(UUID uuid) {
    return new Refused(Reason.NO_SUCH_STREAM, "stream " + uuid + " does not exist");
  }

  static Refused ambiguous(UUID holder, String collection, Map<String, String> tags) {
    return new Refused(
        Reason.AMBIGUOUS_STREAM,
        "stream " + holder + " in collection \"" + collection + "\" already has the tags " + tags);
  }

  private static Refused sameStream(UUID uuid) {
    return new Refused(Reason.SAME_STREAM, "a stream with uuid " + uuid + " exists already");
  }

  private static Refused reused(UUID uuid) {
    return new Refused(
        Reason.REUSED_UUID, "uuid " + uuid + " was obliterated and cannot be used again");
  }
}
