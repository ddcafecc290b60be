package io.btrdb.catalog;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/**
 * Keys of the catalog's state. Names hold no NUL byte, so NUL ends them and keys sort by the bytes
 * of their parts; {@code place = collection NUL uuid} sorts streams as pages list them.
 *
 * <pre>
 * 01                               info: the {@link CatalogInfo}
 * 10 uuid                          entry: a {@link StreamEntry}, of every UUID ever taken and not released
 * 20 place                         descriptor of an active stream
 * 30 collection NUL {key NUL value NUL}  name: uuid that holds it; tags in order of keys
 * 40 key NUL value NUL place       tag index of active streams: no value
 * 50 collection                    count of active streams: varint
 * 51 collection NUL kind key       count of active streams that carry the key: varint; kind 1 tag, 2 annotation
 * 60 uuid                          unfinished: no value
 * 70 id                            a key, see {@link AccessKeys}
 * 71                               count of keys: varint
 * 72                               index of the last change of a key: varint
 * 73                               index of the last move of a stream to another collection: varint
 * </pre>
 *
 * The families from 70 on are written from level {@link Catalog#KEYS_LEVEL} on. Every other value
 * starts with a format byte.
 */
final class StateKeys {
  static final byte[] INFO = {0x01};
  static final int ENTRY = 0x10;
  static final int DESCRIPTOR = 0x20;
  static final int NAME = 0x30;
  static final int TAG = 0x40;
  static final int COLLECTION = 0x50;
  static final int USAGE = 0x51;
  static final int UNFINISHED = 0x60;
  static final int ACCESS_KEY = 0x70;
  static final byte[] ACCESS_COUNT = {0x71};
  static final byte[] ACCESS_REVISION = {0x72};
  static final byte[] STREAM_MOVED = {0x73};

  static final int TAG_KIND = 1;
  static final int ANNOTATION_KIND = 2;

  static final int UUID_BYTES = 16;
  private static final int NUL = 0;

  private StateKeys() {}

  static byte[] entry(UUID uuid) {
    return uuidKey(ENTRY, uuid);
  }

  static byte[] unfinished(UUID uuid) {
    return uuidKey(UNFINISHED, uuid);
  }

  private static byte[] uuidKey(int family, UUID uuid) {
    ByteWriter out = new ByteWriter(1 + UUID_BYTES);
    out.putByte(family);
    FieldCodec.putUuid(out, uuid);
    return out.toByteArray();
  }

  static byte[] descriptor(StreamPosition place) {
    ByteWriter out = family(DESCRIPTOR);
    putPlace(out, place);
    return out.toByteArray();
  }

  static byte[] name(String collection, Map<String, String> sortedTags) {
    ByteWriter out = family(NAME);
    putName(out, collection);
    sortedTags.forEach(
        (key, value) -> {
          putName(out, key);
          putName(out, value);
        });
    return out.toByteArray();
  }

  /** What all entries of one tag's index start with. */
  static byte[] tagPrefix(String key, String value) {
    ByteWriter out = family(TAG);
    putName(out, key);
    putName(out, value);
    return out.toByteArray();
  }

  static byte[] tag(String key, String value, StreamPosition place) {
    ByteWriter out = family(TAG);
    putName(out, key);
    putName(out, value);
    putPlace(out, place);
    return out.toByteArray();
  }

  static byte[] collection(String collection) {
    return withPrefix(COLLECTION, collection);
  }

  static byte[] usage(String collection, int kind, String key) {
    ByteWriter out = family(USAGE);
    putName(out, collection);
    out.putByte(kind);
    out.putBytes(utf8(key));
    return out.toByteArray();
  }

  /** The family's keys whose next part starts with a string. */
  static byte[] withPrefix(int family, String prefix) {
    ByteWriter out = family(family);
    out.putBytes(utf8(prefix));
    return out.toByteArray();
  }

  static byte[] append(byte[] prefix, byte[] suffix, int from) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + suffix.length - from);
    System.arraycopy(suffix, from, key, prefix.length, suffix.length - from);
    return key;
  }

  /** {@code place} as bytes. */
  static byte[] place(StreamPosition place) {
    ByteWriter out = new ByteWriter();
    putPlace(out, place);
    return out.toByteArray();
  }

  /** A collection's name and the NUL that ends it. */
  static byte[] exactly(String collection) {
    ByteWriter out = new ByteWriter();
    putName(out, collection);
    return out.toByteArray();
  }

  /** The stream whose place makes up a key from {@code from} on. */
  static StreamPosition placeAt(byte[] key, int from) {
    int end = key.length - UUID_BYTES - 1;
    if (end < from || key[end] != NUL) {
      throw corrupt(key, null);
    }
    return new StreamPosition(
        new String(key, from, end - from, StandardCharsets.UTF_8), uuidAt(key, end + 1));
  }

  static UUID uuidAt(byte[] key, int from) {
    return FieldCodec.readUuid(new ByteReader(key, from, UUID_BYTES));
  }

  /** The smallest key above this one. */
  static byte[] next(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The smallest key above all that start with the prefix; none of ours is all ones. */
  static byte[] end(byte[] prefix) {
    int last = prefix.length - 1;
    while (prefix[last] == (byte) 0xFF) {
      last--;
    }
    byte[] end = Arrays.copyOf(prefix, last + 1);
    end[last]++;
    return end;
  }

  static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  static CorruptCatalogException corrupt(byte[] key, Throwable cause) {
    return new CorruptCatalogException(
        "catalog state is damaged at key " + HexFormat.of().formatHex(key), cause);
  }

  private static ByteWriter family(int family) {
    ByteWriter out = new ByteWriter(128);
    out.putByte(family);
    return out;
  }

  private static void putName(ByteWriter out, String name) {
    out.putBytes(utf8(name));
    out.putByte(NUL);
  }

  private static void putPlace(ByteWriter out, StreamPosition place) {
    putName(out, place.collection());
    FieldCodec.putUuid(out, place.uuid());
  }
}
