package io.btrdb.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who a stream is. Immutable; both maps iterate in order of their keys.
 *
 * @param propertyVersion 1 when created, one more with every change of tags or annotations
 */
public record StreamDescriptor(
    UUID uuid,
    String collection,
    Map<String, String> tags,
    Map<String, String> annotations,
    long propertyVersion) {
  public StreamDescriptor {
    tags = sorted(tags);
    annotations = sorted(annotations);
  }

  StreamPosition position() {
    return new StreamPosition(collection, uuid);
  }

  static Map<String, String> sorted(Map<String, String> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
