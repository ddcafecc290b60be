package io.btrdb.catalog;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Values of the catalog's state; {@link StateKeys} gives the keys, {@link FieldCodec} the parts.
 *
 * <pre>
 * entry      = format(byte = 1) lifecycle(byte) request(uuid) body
 *   1 reserved = stream(descriptor with uuid and collection, see FieldCodec)
 *   2 active   = collection(string) count(varint) { change(uuid) }
 *   3 hidden   = collection(string) tags(map)
 *   4 buried   = nothing
 * descriptor = format(byte = 1) propertyVersion(varint) tags(map) annotations(map)
 * info       = format(byte = 1) level(varint) index(zigzag) logTime(zigzag) streams(varint)
 *              unfinished(varint) initialised(byte 0 | 1) [ clusterId(string) ]
 * name       = uuid
 * count      = varint
 * </pre>
 *
 * A value that does not follow this is a {@link CorruptCatalogException} that names its key.
 */
final class RowCodec {
  private static final int FORMAT = 1;

  private static final int RESERVED = 1;
  private static final int ACTIVE = 2;
  private static final int HIDDEN = 3;
  private static final int BURIED = 4;

  /** Reads one value whose format byte has been checked. */
  private interface Reading<T> {
    T read(ByteReader in);
  }

  private RowCodec() {}

  static byte[] encode(StreamEntry entry) {
    ByteWriter out = new ByteWriter();
    out.putByte(FORMAT);
    switch (entry) {
      case StreamEntry.Reserved reserved -> {
        putHead(out, RESERVED, reserved);
        FieldCodec.putDescriptor(out, reserved.stream());
      }
      case StreamEntry.Active active -> {
        putHead(out, ACTIVE, active);
        FieldCodec.putString(out, active.collection());
        out.putVarint(active.changes().size());
        active.changes().forEach(change -> FieldCodec.putUuid(out, change));
      }
      case StreamEntry.Hidden hidden -> {
        putHead(out, HIDDEN, hidden);
        FieldCodec.putString(out, hidden.collection());
        FieldCodec.putMap(out, hidden.tags());
      }
      case StreamEntry.Buried buried -> putHead(out, BURIED, buried);
    }
    return out.toByteArray();
  }

  private static void putHead(ByteWriter out, int kind, StreamEntry entry) {
    out.putByte(kind);
    FieldCodec.putUuid(out, entry.request());
  }

  static StreamEntry entry(byte[] key, byte[] value) {
    return read(key, value, RowCodec::readEntry);
  }

  private static StreamEntry readEntry(ByteReader in) {
    int kind = in.readByte();
    UUID request = FieldCodec.readUuid(in);
    return switch (kind) {
      case RESERVED -> new StreamEntry.Reserved(request, FieldCodec.readDescriptor(in));
      case ACTIVE -> {
        String collection = FieldCodec.readString(in);
        int count = in.readVarint(CatalogLimits.REMEMBERED_CHANGES);
        List<UUID> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          changes.add(FieldCodec.readUuid(in));
        }
        yield new StreamEntry.Active(request, collection, List.copyOf(changes));
      }
      case HIDDEN ->
          new StreamEntry.Hidden(request, FieldCodec.readString(in), FieldCodec.readMap(in));
      case BURIED -> new StreamEntry.Buried(request);
      default -> throw new MalformedBytesException("stream entry of kind " + kind);
    };
  }

  static byte[] encode(StreamDescriptor stream) {
    ByteWriter out = new ByteWriter();
    out.putByte(FORMAT);
    out.putVarint(stream.propertyVersion());
    FieldCodec.putMap(out, stream.tags());
    FieldCodec.putMap(out, stream.annotations());
    return out.toByteArray();
  }

  /** The place comes from the row's key. */
  static StreamDescriptor descriptor(byte[] key, byte[] value) {
    StreamPosition place = StateKeys.placeAt(key, 1);
    return read(
        key,
        value,
        in -> {
          long propertyVersion = in.readVarint();
          Map<String, String> tags = FieldCodec.readMap(in);
          return new StreamDescriptor(
              place.uuid(), place.collection(), tags, FieldCodec.readMap(in), propertyVersion);
        });
  }

  static byte[] encode(CatalogInfo info) {
    ByteWriter out = new ByteWriter();
    out.putByte(FORMAT);
    out.putVarint(info.level());
    out.putZigzag(info.appliedIndex());
    out.putZigzag(info.logTimeMillis());
    out.putVarint(info.streams());
    out.putVarint(info.unfinished());
    out.putByte(info.clusterId().isPresent() ? 1 : 0);
    info.clusterId().ifPresent(id -> FieldCodec.putString(out, id));
    return out.toByteArray();
  }

  static CatalogInfo info(byte[] key, byte[] value) {
    return read(
        key,
        value,
        in -> {
          int level = in.readVarint(Integer.MAX_VALUE);
          long index = in.readZigzag();
          long logTime = in.readZigzag();
          long streams = in.readVarint();
          long unfinished = in.readVarint();
          boolean initialised = in.readByte() == 1;
          Optional<String> id =
              initialised ? Optional.of(FieldCodec.readString(in)) : Optional.empty();
          return new CatalogInfo(id, level, index, logTime, streams, unfinished);
        });
  }

  static byte[] encode(UUID uuid) {
    ByteWriter out = new ByteWriter(StateKeys.UUID_BYTES);
    FieldCodec.putUuid(out, uuid);
    return out.toByteArray();
  }

  static UUID uuid(byte[] key, byte[] value) {
    if (value.length != StateKeys.UUID_BYTES) {
      throw StateKeys.corrupt(key, null);
    }
    return StateKeys.uuidAt(value, 0);
  }

  static byte[] encode(long count) {
    ByteWriter out = new ByteWriter(10);
    out.putVarint(count);
    return out.toByteArray();
  }

  static long count(byte[] key, byte[] value) {
    try {
      return new ByteReader(value).readVarint();
    } catch (MalformedBytesException e) {
      throw StateKeys.corrupt(key, e);
    }
  }

  private static <T> T read(byte[] key, byte[] value, Reading<T> reading) {
    ByteReader in = new ByteReader(value);
    try {
      int format = in.readByte();
      if (format != FORMAT) {
        throw new MalformedBytesException(
            "value of format " + format + ", written by a newer release?");
      }
      T result = reading.read(in);
      if (in.hasRemaining()) {
        throw new MalformedBytesException(in.remaining() + " bytes too many");
      }
      return result;
    } catch (MalformedBytesException e) {
      throw StateKeys.corrupt(key, e);
    }
  }
}
