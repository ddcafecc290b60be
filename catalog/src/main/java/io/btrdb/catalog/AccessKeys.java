package io.btrdb.catalog;

import io.btrdb.catalog.CatalogOutcome.Noted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys in the catalog's state.
 *
 * <pre>
 * key    = format(byte = 1) id(string) body
 * body   = user(string) secretHash(string) created(varint) expires(varint) grants
 * grants = count(varint) { capabilities(varint of bits) prefix(string) }
 * </pre>
 *
 * Commands and answers between nodes carry the same bytes as the rows.
 */
public final class AccessKeys {
  private static final int FORMAT = 1;

  private AccessKeys() {}

  // --------------------------------------------------------------------------------- by the log

  /** A repeat changes nothing; a key with the id of another takes its place. */
  static CatalogOutcome grant(StateEdit edit, long index, AccessKey key) {
    byte[] row = encode(key);
    if (key.id().isEmpty()
        || key.id().length() > CatalogLimits.ACCESS_ID_CHARS_MAX
        || row.length > CatalogLimits.ACCESS_KEY_BYTES_MAX) {
      return new Refused(
          Reason.INVALID_KEY,
          "a key with its user and grants takes "
              + row.length
              + " bytes, and at most "
              + CatalogLimits.ACCESS_KEY_BYTES_MAX
              + " are allowed");
    }
    byte[] at = StateKeys.withPrefix(StateKeys.ACCESS_KEY, key.id());
    if (edit.get(at) == null) {
      byte[] counter = edit.get(StateKeys.ACCESS_COUNT);
      long count = counter == null ? 0 : RowCodec.count(StateKeys.ACCESS_COUNT, counter);
      if (count >= CatalogLimits.ACCESS_KEYS_MAX) {
        return new Refused(
            Reason.TOO_MANY_KEYS, "there are " + count + " keys already: revoke what has expired");
      }
      edit.add(StateKeys.ACCESS_COUNT, 1);
    }
    edit.put(at, row);
    edit.put(StateKeys.ACCESS_REVISION, RowCodec.encode(index));
    return new Noted();
  }

  /** Also when there is no such key. */
  static CatalogOutcome revoke(StateEdit edit, long index, String id) {
    byte[] at = StateKeys.withPrefix(StateKeys.ACCESS_KEY, id);
    if (edit.get(at) != null) {
      edit.delete(at);
      edit.add(StateKeys.ACCESS_COUNT, -1);
      edit.put(StateKeys.ACCESS_REVISION, RowCodec.encode(index));
    }
    return new Noted();
  }

  // -------------------------------------------------------------------------------- by questions

  /** Any thread. The revision is never newer than the keys. */
  static AccessState read(StateStore state) {
    long revision = count(state, StateKeys.ACCESS_REVISION);
    long moved = count(state, StateKeys.STREAM_MOVED);
    List<AccessKey> keys = new ArrayList<>();
    byte[] family = {(byte) StateKeys.ACCESS_KEY};
    try (StateCursor rows = state.scan(family, StateKeys.end(family))) {
      while (rows.next()) {
        byte[] at = rows.key();
        try {
          keys.add(read(new ByteReader(rows.value())));
        } catch (MalformedBytesException e) {
          throw StateKeys.corrupt(at, e);
        }
      }
    }
    return new AccessState(revision, moved, keys);
  }

  static long count(StateStore state, byte[] key) {
    byte[] value = state.get(key);
    return value == null ? 0 : RowCodec.count(key, value);
  }

  // ---------------------------------------------------------------------------------- the format

  private static byte[] encode(AccessKey key) {
    ByteWriter out = new ByteWriter();
    put(out, key);
    return out.toByteArray();
  }

  public static void put(ByteWriter out, AccessKey key) {
    out.putByte(FORMAT);
    FieldCodec.putString(out, key.id());
    FieldCodec.putString(out, key.user());
    FieldCodec.putString(out, key.secretHash());
    out.putVarint(key.createdMillis());
    out.putVarint(key.expiresMillis());
    out.putVarint(key.grants().size());
    for (Grant grant : key.grants()) {
      out.putVarint(Capability.bits(grant.capabilities()));
      FieldCodec.putString(out, grant.prefix());
    }
  }

  /** Throws {@link MalformedBytesException}. */
  public static AccessKey read(ByteReader in) {
    int format = in.readByte();
    if (format != FORMAT) {
      throw new MalformedBytesException("key of format " + format + ", from a newer release?");
    }
    String id = FieldCodec.readString(in);
    String user = FieldCodec.readString(in);
    String secretHash = FieldCodec.readString(in);
    long created = in.readVarint();
    long expires = in.readVarint();
    int count = in.readVarint(in.remaining());
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int bits = in.readVarint(Integer.MAX_VALUE);
      grants.add(new Grant(FieldCodec.readString(in), Capability.ofBits(bits)));
    }
    return new AccessKey(id, user, secretHash, created, expires, grants);
  }
}
