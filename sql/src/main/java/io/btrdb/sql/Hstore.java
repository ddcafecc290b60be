package io.btrdb.sql;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/** A stream's annotations as a value: a map that can be asked for null, which it never has. */
final class Hstore extends AbstractMap<String, String> {
  private final Map<String, String> entries;

  Hstore(Map<String, String> entries) {
    this.entries = entries;
  }

  @Override
  public String get(Object key) {
    return key == null ? null : entries.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    return key != null && entries.containsKey(key);
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return entries.entrySet();
  }
}
