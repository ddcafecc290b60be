package io.btrdb.sql;

import java.util.Map;
import java.util.UUID;

/**
 * One row of the table {@code streams}, before it is one: who a stream is. Maps are not changed
 * after they are handed over.
 */
public record StreamRow(
    UUID uuid,
    String collection,
    Map<String, String> tags,
    Map<String, String> annotations,
    long propertyVersion) {

  /** In the order of {@link StreamsTable}'s columns; a tag that the stream lacks is empty. */
  Object[] columns() {
    return new Object[] {
      uuid.toString(),
      collection,
      tag("name"),
      tag("unit"),
      tag("ingress"),
      propertyVersion,
      new Hstore(annotations)
    };
  }

  private String tag(String key) {
    return tags.getOrDefault(key, "");
  }
}
