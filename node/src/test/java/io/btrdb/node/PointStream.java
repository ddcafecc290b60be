package io.btrdb.node;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.FlushResponse;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.wire.UuidBytes;
import java.util.Iterator;
import java.util.UUID;

/** A stream whose point at time t has the value t, through any node's door. */
record PointStream(UUID uuid) {
  private static final int BATCH = 8_192;

  static PointStream create(BTrDBGrpc.BTrDBBlockingStub client, String collection, String name) {
    UUID uuid = UUID.randomUUID();
    var created =
        client.create(
            CreateParams.newBuilder()
                .setUuid(UuidBytes.of(uuid))
                .setCollection(collection)
                .addTags(
                    KeyOptValue.newBuilder()
                        .setKey("name")
                        .setVal(OptValue.newBuilder().setValue(name)))
                .build());
    check(created.getStat().getCode(), created.getStat().getMsg());
    return new PointStream(uuid);
  }

  /** Inserts the points [from, to); all are acknowledged when it returns. */
  void insert(BTrDBGrpc.BTrDBBlockingStub client, long from, long to) {
    for (long begin = from; begin < to; begin += BATCH) {
      check(tryInsert(client, begin, Math.min(to, begin + BATCH)), "inserting");
    }
  }

  /** The code of one insert. */
  int tryInsert(BTrDBGrpc.BTrDBBlockingStub client, long from, long to) {
    InsertParams.Builder insert = InsertParams.newBuilder().setUuid(UuidBytes.of(uuid));
    for (long time = from; time < to; time++) {
      insert.addValues(RawPoint.newBuilder().setTime(time).setValue(time));
    }
    return client.insert(insert.build()).getStat().getCode();
  }

  /** Seals what is pending. */
  /** Deletes what is in [from, to). */
  void delete(BTrDBGrpc.BTrDBBlockingStub client, long from, long to) {
    var deleted =
        client.delete(
            DeleteParams.newBuilder()
                .setUuid(UuidBytes.of(uuid))
                .setStart(from)
                .setEnd(to)
                .build());
    check(deleted.getStat().getCode(), deleted.getStat().getMsg());
  }

  long flush(BTrDBGrpc.BTrDBBlockingStub client) {
    FlushResponse flushed =
        client.flush(FlushParams.newBuilder().setUuid(UuidBytes.of(uuid)).build());
    check(flushed.getStat().getCode(), flushed.getStat().getMsg());
    return flushed.getVersionMajor();
  }

  /**
   * How many points [0, n) there are, all of them with the right value, or the code of the error,
   * negative.
   */
  long count(BTrDBGrpc.BTrDBBlockingStub client, long version) {
    Iterator<RawValuesResponse> pages =
        client.rawValues(
            RawValuesParams.newBuilder()
                .setUuid(UuidBytes.of(uuid))
                .setStart(0)
                .setEnd(1L << 40)
                .setVersionMajor(version)
                .build());
    long next = 0;
    while (pages.hasNext()) {
      RawValuesResponse page = pages.next();
      if (page.getStat().getCode() != 0) {
        return -page.getStat().getCode();
      }
      for (RawPoint point : page.getValuesList()) {
        if (point.getTime() != next || point.getValue() != next) {
          throw new AssertionError(uuid + ": expected " + next + ", got " + point);
        }
        next++;
      }
    }
    return next;
  }

  private static void check(int code, String message) {
    if (code != 0) {
      throw new AssertionError(code + ": " + message);
    }
  }
}
