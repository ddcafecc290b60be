package io.btrdb.catalog;

import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Reads of the state while one thread changes it. Any thread. */
final class CatalogQueries {
  /** Tag keys that every answer about usage lists, also when no stream carries them. */
  private static final List<String> TAGS_ALWAYS_LISTED = List.of("name", "unit", "ingress");

  /**
   * Each restart takes another change of the very stream that is read, between two reads that
   * follow each other; so many cannot happen by chance.
   */
  static final int RESTARTS_MAX = 1_000;

  private final StateStore state;

  CatalogQueries(StateStore state) {
    this.state = state;
  }

  Optional<StreamDescriptor> describe(UUID uuid) {
    byte[] entryKey = StateKeys.entry(uuid);
    for (int restarts = 0; restarts <= RESTARTS_MAX; restarts++) {
      byte[] entry = state.get(entryKey);
      if (entry == null
          || !(RowCodec.entry(entryKey, entry) instanceof StreamEntry.Active active)) {
        return Optional.empty();
      }
      byte[] key = StateKeys.descriptor(new StreamPosition(active.collection(), uuid));
      byte[] value = state.get(key);
      if (value != null) {
        return Optional.of(RowCodec.descriptor(key, value));
      }
      // It moved to another collection, or was hidden, between the two reads.
    }
    throw StateKeys.corrupt(entryKey, null);
  }

  List<String> collections(String prefix, String after, int limit) {
    byte[] family = StateKeys.withPrefix(StateKeys.COLLECTION, prefix);
    byte[] resume = StateKeys.next(StateKeys.collection(after));
    List<String> found = new ArrayList<>();
    try (StateCursor rows = scan(family, resume)) {
      while (found.size() < limit && rows.next()) {
        byte[] key = rows.key();
        found.add(new String(key, 1, key.length - 1, StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  MetadataUsage usage(String prefix) {
    return count(prefix, StateKeys.withPrefix(StateKeys.USAGE, prefix));
  }

  MetadataUsage usageOf(String collection) {
    byte[] name = StateKeys.withPrefix(StateKeys.USAGE, collection);
    return count(collection, StateKeys.next(name));
  }

  private MetadataUsage count(String name, byte[] family) {
    Map<String, Long> tags = new TreeMap<>();
    Map<String, Long> annotations = new TreeMap<>();
    TAGS_ALWAYS_LISTED.forEach(key -> tags.put(key, 0L));
    if (name.indexOf('\0') >= 0) {
      return new MetadataUsage(tags, annotations);
    }
    try (StateCursor rows = scan(family, family)) {
      while (rows.next()) {
        byte[] key = rows.key();
        int kind = endOfName(key) + 1;
        String counted = new String(key, kind + 1, key.length - kind - 1, StandardCharsets.UTF_8);
        Map<String, Long> target = key[kind] == StateKeys.TAG_KIND ? tags : annotations;
        target.merge(counted, RowCodec.count(key, rows.value()), Long::sum);
      }
    }
    return new MetadataUsage(tags, annotations);
  }

  private static int endOfName(byte[] key) {
    for (int i = 1; i < key.length - 1; i++) {
      if (key[i] == 0) {
        return i;
      }
    }
    throw StateKeys.corrupt(key, null);
  }

  List<UnfinishedStream> unfinished(Optional<UUID> after, int limit) {
    byte[] family = {StateKeys.UNFINISHED};
    byte[] resume = after.map(uuid -> StateKeys.next(StateKeys.unfinished(uuid))).orElse(family);
    List<UnfinishedStream> found = new ArrayList<>();
    try (StateCursor rows = scan(family, resume)) {
      while (found.size() < limit && rows.next()) {
        UUID uuid = StateKeys.uuidAt(rows.key(), 1);
        byte[] key = StateKeys.entry(uuid);
        byte[] value = state.get(key);
        if (value != null) {
          StreamEntry entry = RowCodec.entry(key, value);
          switch (entry.lifecycle()) {
            case RESERVED, HIDDEN ->
                found.add(new UnfinishedStream(uuid, entry.lifecycle(), entry.request()));
            case ACTIVE, BURIED -> {
              // It ended between the two reads.
            }
          }
        }
      }
    }
    return found;
  }

  /** Rows that start with the prefix, from {@code resume} on if that lies behind it. */
  private StateCursor scan(byte[] prefix, byte[] resume) {
    byte[] from = Arrays.compareUnsigned(prefix, resume) < 0 ? resume : prefix;
    byte[] to = StateKeys.end(prefix);
    // A page after the last of the range: an empty range, not a reversed one.
    return state.scan(Arrays.compareUnsigned(from, to) < 0 ? from : to, to);
  }
}
