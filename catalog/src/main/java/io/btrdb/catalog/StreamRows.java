package io.btrdb.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows that belong to one stream, changed together so that the indexes cannot come apart. */
final class StreamRows {
  private final StateEdit edit;
  private long streams;
  private long unfinished;

  StreamRows(StateEdit edit) {
    this.edit = edit;
  }

  /** By how much the number of active streams has changed. */
  long streamsDelta() {
    return streams;
  }

  /** By how much the number of reserved and hidden streams has changed. */
  long unfinishedDelta() {
    return unfinished;
  }

  Optional<StreamEntry> entry(UUID uuid) {
    byte[] key = StateKeys.entry(uuid);
    byte[] value = edit.get(key);
    return value == null ? Optional.empty() : Optional.of(RowCodec.entry(key, value));
  }

  /** The descriptor of an active stream. */
  StreamDescriptor descriptor(UUID uuid, StreamEntry.Active entry) {
    byte[] key = StateKeys.descriptor(new StreamPosition(entry.collection(), uuid));
    byte[] value = edit.get(key);
    if (value == null) {
      throw StateKeys.corrupt(key, null);
    }
    return RowCodec.descriptor(key, value);
  }

  /** Who has the name, in whatever state of life. */
  Optional<UUID> holder(String collection, Map<String, String> tags) {
    byte[] key = StateKeys.name(collection, tags);
    byte[] value = edit.get(key);
    return value == null ? Optional.empty() : Optional.of(RowCodec.uuid(key, value));
  }

  void takeName(UUID uuid, String collection, Map<String, String> tags) {
    byte[] key = StateKeys.name(collection, tags);
    if (edit.get(key) != null) {
      throw new IllegalStateException("the name of " + uuid + " in " + collection + " is taken");
    }
    edit.put(key, RowCodec.encode(uuid));
  }

  void freeName(String collection, Map<String, String> tags) {
    edit.delete(StateKeys.name(collection, tags));
  }

  /** Moves a stream in its life; {@code after} empty forgets it. */
  void move(UUID uuid, Optional<StreamEntry> before, Optional<StreamEntry> after) {
    byte[] key = StateKeys.entry(uuid);
    after.ifPresentOrElse(entry -> edit.put(key, RowCodec.encode(entry)), () -> edit.delete(key));
    count(before, -1);
    count(after, 1);
    boolean was = before.map(StreamRows::isUnfinished).orElse(false);
    boolean is = after.map(StreamRows::isUnfinished).orElse(false);
    if (is && !was) {
      edit.put(StateKeys.unfinished(uuid), new byte[0]);
    } else if (was && !is) {
      edit.delete(StateKeys.unfinished(uuid));
    }
  }

  private void count(Optional<StreamEntry> entry, int delta) {
    if (entry.isEmpty()) {
      return;
    }
    if (isUnfinished(entry.get())) {
      unfinished += delta;
    } else if (entry.get().lifecycle() == Lifecycle.ACTIVE) {
      streams += delta;
    }
  }

  private static boolean isUnfinished(StreamEntry entry) {
    return switch (entry.lifecycle()) {
      case RESERVED, HIDDEN -> true;
      case ACTIVE, BURIED -> false;
    };
  }

  /** Puts an active stream where queries find it. */
  void show(StreamDescriptor stream) {
    edit.put(StateKeys.descriptor(stream.position()), RowCodec.encode(stream));
    stream
        .tags()
        .forEach(
            (key, value) -> edit.put(StateKeys.tag(key, value, stream.position()), new byte[0]));
    countUse(stream, 1);
  }

  /** Undoes {@link #show}. */
  void withdraw(StreamDescriptor stream) {
    edit.delete(StateKeys.descriptor(stream.position()));
    stream
        .tags()
        .forEach((key, value) -> edit.delete(StateKeys.tag(key, value, stream.position())));
    countUse(stream, -1);
  }

  private void countUse(StreamDescriptor stream, int delta) {
    String collection = stream.collection();
    edit.add(StateKeys.collection(collection), delta);
    for (String key : stream.tags().keySet()) {
      edit.add(StateKeys.usage(collection, StateKeys.TAG_KIND, key), delta);
    }
    for (String key : stream.annotations().keySet()) {
      edit.add(StateKeys.usage(collection, StateKeys.ANNOTATION_KIND, key), delta);
    }
  }
}
