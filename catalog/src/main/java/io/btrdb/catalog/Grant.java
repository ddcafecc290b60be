package io.btrdb.catalog;

import java.util.Set;

/**
 * Capabilities over a part of the tree of collections.
 *
 * @param prefix a collection, which stands for itself and everything below it, on whole components:
 *     {@code grid/east} covers {@code grid/east/pmu7} but not {@code grid/eastern}. Empty for all
 */
public record Grant(String prefix, Set<Capability> capabilities) {
  public Grant {
    capabilities = Set.copyOf(capabilities);
  }

  /** Whether a collection lies in the part that this is about. */
  public boolean covers(String collection) {
    if (prefix.isEmpty() || collection.equals(prefix)) {
      return true;
    }
    return collection.startsWith(prefix) && collection.charAt(prefix.length()) == '/';
  }
}
