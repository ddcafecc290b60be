package io.btrdb.sql;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is known of the rows that a query needs. A source may use any part of it to read less; rows
 * that it gives in excess are sifted out by the query.
 *
 * @param uuids only these, when present
 * @param collection only this collection, or those that start with it
 * @param isPrefix whether {@code collection} is a prefix; the empty prefix is all
 * @param tags only streams that carry these, none of them with an empty value
 */
public record RowHint(
    Optional<Set<UUID>> uuids, String collection, boolean isPrefix, Map<String, String> tags) {
  /** Nothing is known: all rows. */
  public static final RowHint ALL = new RowHint(Optional.empty(), "", true, Map.of());

  public RowHint {
    uuids = uuids.map(Set::copyOf);
    tags = Map.copyOf(tags);
  }

  RowHint withUuids(Set<UUID> wanted) {
    return new RowHint(Optional.of(wanted), collection, isPrefix, tags);
  }

  /** Keeps the narrower of what is known of collections, should the query say several things. */
  RowHint withCollection(String wanted, boolean wantedPrefix) {
    boolean narrower = isPrefix && (!wantedPrefix || wanted.length() > collection.length());
    return narrower ? new RowHint(uuids, wanted, wantedPrefix, tags) : this;
  }

  RowHint withTag(String key, String value) {
    Map<String, String> all = new HashMap<>(tags);
    all.put(key, value);
    return new RowHint(uuids, collection, isPrefix, all);
  }
}
