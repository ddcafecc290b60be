package io.btrdb.catalog;

import java.util.List;
import java.util.Optional;

/**
 * Which streams to find; all conditions must hold.
 *
 * @param collection the whole name, or with {@code isPrefix} a string it must start with ("" for
 *     all)
 * @param after the last stream of the page before
 * @param limit streams in a page, 1 or more
 */
public record LookupQuery(
    String collection,
    boolean isPrefix,
    List<KeyFilter> tags,
    List<KeyFilter> annotations,
    Optional<StreamPosition> after,
    int limit) {
  public LookupQuery {
    tags = List.copyOf(tags);
    annotations = List.copyOf(annotations);
    if (limit < 1) {
      throw new IllegalArgumentException("a page of " + limit + " streams");
    }
  }

  boolean matches(StreamDescriptor stream) {
    return tags.stream().allMatch(filter -> filter.matches(stream.tags()))
        && annotations.stream().allMatch(filter -> filter.matches(stream.annotations()));
  }
}
