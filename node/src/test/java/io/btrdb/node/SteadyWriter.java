package io.btrdb.node;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.Status;
import io.btrdb.api.wire.UuidBytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Writes to a few streams, one point after the other, and remembers what was acknowledged. */
final class SteadyWriter implements AutoCloseable {
  private static final int STREAMS = 6;

  private final Supplier<BTrDBGrpc.BTrDBBlockingStub> door;
  private final List<UUID> streams = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "steady-writer");
  private volatile boolean done;
  private volatile long acknowledged;
  private volatile Throwable failure;

  /**
   * @param door where the next request goes
   */
  SteadyWriter(String name, Supplier<BTrDBGrpc.BTrDBBlockingStub> door) {
    this.door = door;
    for (int i = 0; i < STREAMS; i++) {
      UUID stream =
          UUID.nameUUIDFromBytes((name + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      check(
          door.get()
              .create(
                  CreateParams.newBuilder()
                      .setUuid(UuidBytes.of(stream))
                      .setCollection("steady/" + name)
                      .addTags(
                          KeyOptValue.newBuilder()
                              .setKey("name")
                              .setVal(OptValue.newBuilder().setValue("s" + i)))
                      .build())
              .getStat());
      streams.add(stream);
    }
  }

  SteadyWriter start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (!done) {
        for (UUID stream : streams) {
          long time = acknowledged / STREAMS;
          check(
              door.get()
                  .insert(
                      InsertParams.newBuilder()
                          .setUuid(UuidBytes.of(stream))
                          .addValues(RawPoint.newBuilder().setTime(time).setValue(time))
                          .build())
                  .getStat());
          acknowledged = acknowledged + 1;
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private static void check(Status status) {
    if (status.getCode() != 0) {
      throw new AssertionError(status.getCode() + ": " + status.getMsg());
    }
  }

  long acknowledged() {
    if (failure != null) {
      throw new AssertionError("a write failed after " + acknowledged, failure);
    }
    return acknowledged;
  }

  /** Waits until so many more are acknowledged. */
  void awaitMore(long writes) {
    long goal = acknowledged() + writes;
    InProcessNodes.await(writes + " more writes", () -> acknowledged() >= goal);
  }

  /** Stops writing and reads everything back. */
  void finish() throws InterruptedException {
    done = true;
    thread.join();
    long each = acknowledged() / STREAMS;
    for (UUID stream : streams) {
      long next = 0;
      Iterator<RawValuesResponse> pages =
          door.get()
              .rawValues(
                  RawValuesParams.newBuilder()
                      .setUuid(UuidBytes.of(stream))
                      .setStart(0)
                      .setEnd(each)
                      .build());
      while (pages.hasNext()) {
        RawValuesResponse page = pages.next();
        check(page.getStat());
        for (RawPoint point : page.getValuesList()) {
          if (point.getTime() != next || point.getValue() != next) {
            throw new AssertionError(stream + ": expected " + next + ", got " + point);
          }
          next++;
        }
      }
      if (next != each) {
        throw new AssertionError(stream + " has " + next + " of " + each + " points");
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    done = true;
    thread.join();
  }
}
