package io.btrdb.catalog;

import static io.btrdb.catalog.FieldCodec.putMap;
import static io.btrdb.catalog.FieldCodec.putString;
import static io.btrdb.catalog.FieldCodec.putStrings;
import static io.btrdb.catalog.FieldCodec.putUuid;
import static io.btrdb.catalog.FieldCodec.readMap;
import static io.btrdb.catalog.FieldCodec.readString;
import static io.btrdb.catalog.FieldCodec.readStrings;
import static io.btrdb.catalog.FieldCodec.readUuid;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Commands as the log carries them; {@link FieldCodec} gives the parts.
 *
 * <pre>
 * command         = format(byte = 1) kind(byte) body
 * 1 Init          = clusterId(string)
 * 2 Activate      = level(varint)
 * 3 Reserve       = request(uuid) stream(uuid) collection(string) tags(map) annotations(map)
 * 4 Confirm       = request(uuid) stream(uuid)
 * 5 Release       = request(uuid) stream(uuid)
 * 6 SetTags       = request(uuid) stream(uuid) expected(varint) collection(string) tags(map) removals(strings)
 * 7 SetAnnotations= request(uuid) stream(uuid) expected(varint) changes(map) removals(strings)
 * 8 Hide          = request(uuid) stream(uuid)
 * 9 Bury          = stream(uuid)
 * 10 GrantKey     = key, see AccessKeys
 * 11 RevokeKey    = id(string)
 * </pre>
 */
public final class CatalogCommandCodec {
  static final int FORMAT = 1;

  private static final int INIT = 1;
  private static final int ACTIVATE = 2;
  private static final int RESERVE = 3;
  private static final int CONFIRM = 4;
  private static final int RELEASE = 5;
  private static final int SET_TAGS = 6;
  private static final int SET_ANNOTATIONS = 7;
  private static final int HIDE = 8;
  private static final int BURY = 9;
  private static final int GRANT_KEY = 10;
  private static final int REVOKE_KEY = 11;

  private CatalogCommandCodec() {}

  public static byte[] encode(CatalogCommand command) {
    ByteWriter out = new ByteWriter();
    out.putByte(FORMAT);
    switch (command) {
      case CatalogCommand.Init init -> {
        out.putByte(INIT);
        putString(out, init.clusterId());
      }
      case CatalogCommand.Activate activate -> {
        out.putByte(ACTIVATE);
        out.putVarint(activate.level());
      }
      case CatalogCommand.Reserve reserve -> {
        putHead(out, RESERVE, reserve.request(), reserve.uuid());
        putString(out, reserve.collection());
        putMap(out, reserve.tags());
        putMap(out, reserve.annotations());
      }
      case CatalogCommand.Confirm confirm ->
          putHead(out, CONFIRM, confirm.request(), confirm.uuid());
      case CatalogCommand.Release release ->
          putHead(out, RELEASE, release.request(), release.uuid());
      case CatalogCommand.SetTags set -> {
        putHead(out, SET_TAGS, set.request(), set.uuid());
        out.putVarint(set.expectedVersion());
        putString(out, set.collection());
        putMap(out, set.tags());
        putStrings(out, set.removals());
      }
      case CatalogCommand.SetAnnotations set -> {
        putHead(out, SET_ANNOTATIONS, set.request(), set.uuid());
        out.putVarint(set.expectedVersion());
        putMap(out, set.changes());
        putStrings(out, set.removals());
      }
      case CatalogCommand.Hide hide -> putHead(out, HIDE, hide.request(), hide.uuid());
      case CatalogCommand.Bury bury -> {
        out.putByte(BURY);
        putUuid(out, bury.uuid());
      }
      case CatalogCommand.GrantKey grant -> {
        out.putByte(GRANT_KEY);
        AccessKeys.put(out, grant.key());
      }
      case CatalogCommand.RevokeKey revoke -> {
        out.putByte(REVOKE_KEY);
        putString(out, revoke.id());
      }
    }
    return out.toByteArray();
  }

  private static void putHead(ByteWriter out, int kind, UUID request, UUID stream) {
    out.putByte(kind);
    putUuid(out, request);
    putUuid(out, stream);
  }

  /**
   * Throws {@link MalformedBytesException} on bytes that are no command, also on one that only a
   * newer release knows.
   */
  public static CatalogCommand decode(byte[] array, int offset, int length) {
    ByteReader in = new ByteReader(array, offset, length);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new MalformedBytesException(
          "catalog command of format " + format + ", written by a newer release?");
    }
    CatalogCommand command = decodeBody(in.readByte(), in);
    if (in.hasRemaining()) {
      throw new MalformedBytesException(in.remaining() + " bytes follow the catalog command");
    }
    return command;
  }

  private static CatalogCommand decodeBody(int kind, ByteReader in) {
    return switch (kind) {
      case INIT -> new CatalogCommand.Init(readString(in));
      case ACTIVATE -> new CatalogCommand.Activate(in.readVarint(Integer.MAX_VALUE));
      case RESERVE -> {
        UUID request = readUuid(in);
        UUID stream = readUuid(in);
        String collection = readString(in);
        Map<String, String> tags = readMap(in);
        yield new CatalogCommand.Reserve(request, stream, collection, tags, readMap(in));
      }
      case CONFIRM -> new CatalogCommand.Confirm(readUuid(in), readUuid(in));
      case RELEASE -> new CatalogCommand.Release(readUuid(in), readUuid(in));
      case SET_TAGS -> decodeSetTags(in);
      case SET_ANNOTATIONS -> {
        UUID request = readUuid(in);
        UUID stream = readUuid(in);
        long expected = in.readVarint();
        Map<String, String> changes = readMap(in);
        yield new CatalogCommand.SetAnnotations(
            request, stream, expected, changes, readStrings(in));
      }
      case HIDE -> new CatalogCommand.Hide(readUuid(in), readUuid(in));
      case BURY -> new CatalogCommand.Bury(readUuid(in));
      case GRANT_KEY -> new CatalogCommand.GrantKey(AccessKeys.read(in));
      case REVOKE_KEY -> new CatalogCommand.RevokeKey(readString(in));
      default ->
          throw new MalformedBytesException(
              "catalog command of kind " + kind + ", written by a newer release?");
    };
  }

  private static CatalogCommand decodeSetTags(ByteReader in) {
    UUID request = readUuid(in);
    UUID stream = readUuid(in);
    long expected = in.readVarint();
    String collection = readString(in);
    Map<String, String> tags = readMap(in);
    List<String> removals = readStrings(in);
    return new CatalogCommand.SetTags(request, stream, expected, collection, tags, removals);
  }
}
