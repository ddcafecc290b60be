package io.btrdb.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which streams to look up: all conditions must hold. Immutable; each method returns a narrower
 * query.
 *
 * <pre>{@code
 * LookupQuery.prefix("plant/").tag("unit", "volts").annotation("calibrated")
 * }</pre>
 */
public final class LookupQuery {
  private final String collection;
  private final boolean prefix;
  private final Map<String, Optional<String>> tags;
  private final Map<String, Optional<String>> annotations;

  private LookupQuery(
      String collection,
      boolean prefix,
      Map<String, Optional<String>> tags,
      Map<String, Optional<String>> annotations) {
    this.collection = collection;
    this.prefix = prefix;
    this.tags = tags;
    this.annotations = annotations;
  }

  /** Every stream. */
  public static LookupQuery all() {
    return prefix("");
  }

  /** Streams in exactly this collection. */
  public static LookupQuery collection(String collection) {
    return new LookupQuery(collection, false, Map.of(), Map.of());
  }

  /** Streams in collections whose name starts with these characters. */
  public static LookupQuery prefix(String prefix) {
    return new LookupQuery(prefix, true, Map.of(), Map.of());
  }

  /** With this tag and value. */
  public LookupQuery tag(String key, String value) {
    return new LookupQuery(collection, prefix, plus(tags, key, Optional.of(value)), annotations);
  }

  /** With this tag, whatever its value. */
  public LookupQuery tag(String key) {
    return new LookupQuery(collection, prefix, plus(tags, key, Optional.empty()), annotations);
  }

  /** With this annotation and value. */
  public LookupQuery annotation(String key, String value) {
    return new LookupQuery(collection, prefix, tags, plus(annotations, key, Optional.of(value)));
  }

  /** With this annotation, whatever its value. */
  public LookupQuery annotation(String key) {
    return new LookupQuery(collection, prefix, tags, plus(annotations, key, Optional.empty()));
  }

  String collection() {
    return collection;
  }

  boolean isPrefix() {
    return prefix;
  }

  Map<String, Optional<String>> tags() {
    return tags;
  }

  Map<String, Optional<String>> annotations() {
    return annotations;
  }

  private static Map<String, Optional<String>> plus(
      Map<String, Optional<String>> map, String key, Optional<String> value) {
    Map<String, Optional<String>> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }
}
