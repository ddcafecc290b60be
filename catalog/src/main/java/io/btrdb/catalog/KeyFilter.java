package io.btrdb.catalog;

import java.util.Map;
import java.util.Optional;

/** A key that must be there, with this value or, when empty, with any. */
public record KeyFilter(String key, Optional<String> value) {
  boolean matches(Map<String, String> entries) {
    String found = entries.get(key);
    return found != null && (value.isEmpty() || value.get().equals(found));
  }
}
