package io.btrdb.catalog;

import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One page of one lookup. Walks the descriptors of the wanted collections, or the index of the most
 * selective tag if a filter names a value: both in order of {@link StreamPosition}.
 */
final class Lookup {
  private static final byte[] DESCRIPTORS = {StateKeys.DESCRIPTOR};

  private final StateStore state;
  private final CatalogOptions options;
  private final LookupQuery query;

  private List<StreamDescriptor> found = new ArrayList<>();
  private long foundBytes;

  Lookup(StateStore state, CatalogOptions options, LookupQuery query) {
    this.state = state;
    this.options = options;
    this.query = query;
  }

  LookupPage page() {
    if (asksForNul()) {
      return new LookupPage(List.of(), false);
    }
    byte[] index = chooseIndex();
    for (int restarts = 0; restarts <= CatalogQueries.RESTARTS_MAX; restarts++) {
      found = new ArrayList<>();
      foundBytes = 0;
      Optional<LookupPage> page = walk(index);
      if (page.isPresent()) {
        return page.get();
      }
    }
    throw StateKeys.corrupt(from(index), null);
  }

  /** No name holds a NUL byte, and in a key it would be taken for the end of a part. */
  private boolean asksForNul() {
    return query.collection().indexOf('\0') >= 0
        || query.tags().stream()
            .anyMatch(
                filter ->
                    filter.key().indexOf('\0') >= 0
                        || filter.value().orElse("").indexOf('\0') >= 0);
  }

  /**
   * Empty when an index entry's stream moved or vanished meanwhile: the page must be read again.
   */
  private Optional<LookupPage> walk(byte[] index) {
    try (StateCursor rows = state.scan(from(index), to(index))) {
      while (rows.next()) {
        if (isFull()) {
          return Optional.of(new LookupPage(found, true));
        }
        byte[] key = rows.key();
        byte[] value;
        if (index != DESCRIPTORS) {
          key = StateKeys.append(DESCRIPTORS, key, index.length);
          value = state.get(key);
        } else {
          value = rows.value();
        }
        if (value == null) {
          return Optional.empty();
        }
        offer(key, value);
      }
    }
    return Optional.of(new LookupPage(found, false));
  }

  private boolean isFull() {
    return found.size() == query.limit() || foundBytes >= options.pageBytesMax();
  }

  private void offer(byte[] key, byte[] value) {
    StreamDescriptor stream = RowCodec.descriptor(key, value);
    if (query.matches(stream)) {
      found.add(stream);
      foundBytes += key.length + value.length;
    }
  }

  /** Prefix of the rows to walk. */
  private byte[] chooseIndex() {
    byte[] best = DESCRIPTORS;
    int fewest = Integer.MAX_VALUE;
    for (KeyFilter filter : query.tags()) {
      if (filter.value().isPresent()) {
        byte[] index = StateKeys.tagPrefix(filter.key(), filter.value().get());
        int entries = probe(index);
        if (entries < fewest) {
          best = index;
          fewest = entries;
        }
      }
    }
    return best;
  }

  private int probe(byte[] index) {
    int entries = 0;
    try (StateCursor rows = state.scan(from(index), to(index))) {
      while (entries < options.probeEntries() && rows.next()) {
        entries++;
      }
    }
    return entries;
  }

  private byte[] from(byte[] index) {
    byte[] start = StateKeys.append(index, wanted(), 0);
    if (query.after().isEmpty()) {
      return start;
    }
    byte[] resume =
        StateKeys.next(StateKeys.append(index, StateKeys.place(query.after().get()), 0));
    byte[] from = Arrays.compareUnsigned(start, resume) < 0 ? resume : start;
    byte[] to = to(index);
    return Arrays.compareUnsigned(from, to) < 0 ? from : to;
  }

  private byte[] to(byte[] index) {
    return StateKeys.end(StateKeys.append(index, wanted(), 0));
  }

  private byte[] wanted() {
    return query.isPrefix()
        ? StateKeys.utf8(query.collection())
        : StateKeys.exactly(query.collection());
  }
}
