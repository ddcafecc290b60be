package io.btrdb.catalog;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The parts that the catalog's formats are made of.
 *
 * <pre>
 * uuid    = 16 bytes, network order
 * string  = length(varint) UTF-8 bytes
 * map     = count(varint) { key(string) value(string) }, in order of keys
 * strings = count(varint) { string }
 * </pre>
 *
 * <p>Readers throw {@link io.btrdb.codec.MalformedBytesException} on anything else.
 */
public final class FieldCodec {
  private FieldCodec() {}

  public static void putUuid(ByteWriter out, UUID uuid) {
    out.putLong(Long.reverseBytes(uuid.getMostSignificantBits()));
    out.putLong(Long.reverseBytes(uuid.getLeastSignificantBits()));
  }

  public static UUID readUuid(ByteReader in) {
    long high = Long.reverseBytes(in.readLong());
    return new UUID(high, Long.reverseBytes(in.readLong()));
  }

  public static void putString(ByteWriter out, String value) {
    out.putBlob(value.getBytes(StandardCharsets.UTF_8));
  }

  public static String readString(ByteReader in) {
    int length = in.readVarint(in.remaining());
    int at = in.skip(length);
    return new String(in.array(), at, length, StandardCharsets.UTF_8);
  }

  public static void putMap(ByteWriter out, Map<String, String> map) {
    out.putVarint(map.size());
    new TreeMap<>(map)
        .forEach(
            (key, value) -> {
              putString(out, key);
              putString(out, value);
            });
  }

  public static Map<String, String> readMap(ByteReader in) {
    int count = in.readVarint(in.remaining());
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String key = readString(in);
      map.put(key, readString(in));
    }
    return StreamDescriptor.sorted(map);
  }

  public static void putStrings(ByteWriter out, List<String> strings) {
    out.putVarint(strings.size());
    strings.forEach(string -> putString(out, string));
  }

  public static List<String> readStrings(ByteReader in) {
    int count = in.readVarint(in.remaining());
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      strings.add(readString(in));
    }
    return List.copyOf(strings);
  }

  public static void putDescriptor(ByteWriter out, StreamDescriptor stream) {
    putUuid(out, stream.uuid());
    putString(out, stream.collection());
    out.putVarint(stream.propertyVersion());
    putMap(out, stream.tags());
    putMap(out, stream.annotations());
  }

  public static StreamDescriptor readDescriptor(ByteReader in) {
    UUID uuid = readUuid(in);
    String collection = readString(in);
    long propertyVersion = in.readVarint();
    Map<String, String> tags = readMap(in);
    return new StreamDescriptor(uuid, collection, tags, readMap(in), propertyVersion);
  }
}
