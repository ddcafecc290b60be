package io.btrdb.catalog;

import io.btrdb.catalog.CatalogOutcome.Accepted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Changes of an active stream's name, tags and annotations. */
final class DescriptorChange {
  private final StreamRows rows;

  DescriptorChange(StreamRows rows) {
    this.rows = rows;
  }

  CatalogOutcome setTags(CatalogCommand.SetTags command) {
    return change(
        command.request(),
        command.uuid(),
        command.expectedVersion(),
        old ->
            new StreamDescriptor(
                old.uuid(),
                command.collection().isEmpty() ? old.collection() : command.collection(),
                merged(old.tags(), command.tags(), command.removals()),
                old.annotations(),
                old.propertyVersion() + 1));
  }

  CatalogOutcome setAnnotations(CatalogCommand.SetAnnotations command) {
    return change(
        command.request(),
        command.uuid(),
        command.expectedVersion(),
        old ->
            new StreamDescriptor(
                old.uuid(),
                old.collection(),
                old.tags(),
                merged(old.annotations(), command.changes(), command.removals()),
                old.propertyVersion() + 1));
  }

  private CatalogOutcome change(
      UUID request, UUID uuid, long expectedVersion, UnaryOperator<StreamDescriptor> step) {
    Optional<StreamEntry> entry = rows.entry(uuid);
    if (entry.isEmpty() || !(entry.get() instanceof StreamEntry.Active active)) {
      return StreamLife.noSuchStream(uuid);
    }
    StreamDescriptor old = rows.descriptor(uuid, active);
    if (active.changes().contains(request)) {
      return new Accepted(Lifecycle.ACTIVE, old.propertyVersion());
    }
    if (expectedVersion != 0 && expectedVersion != old.propertyVersion()) {
      return new Refused(
          Reason.VERSION_MISMATCH,
          "stream "
              + uuid
              + " is at property version "
              + old.propertyVersion()
              + ", not "
              + expectedVersion);
    }
    StreamDescriptor changed = step.apply(old);
    Optional<Refused> problem = problem(old, changed);
    if (problem.isPresent()) {
      return problem.get();
    }
    rename(old, changed);
    rows.withdraw(old);
    rows.show(changed);
    rows.move(uuid, entry, Optional.of(active.changed(request, changed.collection())));
    return new Accepted(Lifecycle.ACTIVE, changed.propertyVersion());
  }

  private Optional<Refused> problem(StreamDescriptor old, StreamDescriptor changed) {
    Optional<Refused> names =
        NameRules.problem(changed.collection(), changed.tags(), changed.annotations());
    if (names.isPresent() || sameName(old, changed)) {
      return names;
    }
    return rows.holder(changed.collection(), changed.tags())
        .map(holder -> StreamLife.ambiguous(holder, changed.collection(), changed.tags()));
  }

  private void rename(StreamDescriptor old, StreamDescriptor changed) {
    if (!sameName(old, changed)) {
      rows.freeName(old.collection(), old.tags());
      rows.takeName(changed.uuid(), changed.collection(), changed.tags());
    }
  }

  private static boolean sameName(StreamDescriptor a, StreamDescriptor b) {
    return a.collection().equals(b.collection()) && a.tags().equals(b.tags());
  }

  private static Map<String, String> merged(
      Map<String, String> old, Map<String, String> changes, List<String> removals) {
    Map<String, String> merged = new TreeMap<>(old);
    removals.forEach(merged::remove);
    merged.putAll(changes);
    return merged;
  }
}
