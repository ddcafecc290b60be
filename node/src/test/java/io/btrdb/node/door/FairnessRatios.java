package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.RawValuesParams;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * How much one caller's small reads suffer from another's many large ones, and from its own. Run by
 * hand: {@code -Dtest=FairnessRatios}.
 */
class FairnessRatios {
  private static final int LARGE_READS = 200;
  private static final int SMALL_READS = 2_000;
  private static final int POINTS = 400_000;

  @Test
  void print() throws InterruptedException {
    try (TestDoor door = new TestDoor()) {
      UUID large = door.streamOf(POINTS, 1_000);
      UUID small = door.streamOf(1, 1);
      ManagedChannel other = ProtectionTest.channel(door.address(), "127.0.0.3");
      try {
        double alone = smallReadMicros(other, small);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong points = new AtomicLong();
        List<Thread> readers = largeReads(door, large, stop, points);
        double beside = smallReadMicros(other, small);
        double among = smallReadMicros(door.channel, small);
        stop.set(true);
        for (Thread reader : readers) {
          reader.join();
        }
        System.out.printf(
            "a small read: %.0f us alone, %.0f us beside %d large reads of another caller (%.1f"
                + " times), %.0f us among its own (%.1f times); %,d points were read meanwhile%n",
            alone, beside, LARGE_READS, beside / alone, among, among / alone, points.get());
      } finally {
        other.shutdownNow();
      }
    }
  }

  private static List<Thread> largeReads(
      TestDoor door, UUID stream, AtomicBoolean stop, AtomicLong points) {
    RawValuesParams all =
        RawValuesParams.newBuilder().setUuid(bytes(stream)).setEnd(Long.MAX_VALUE >> 4).build();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < LARGE_READS; i++) {
      readers.add(
          Thread.startVirtualThread(
              () -> {
                while (!stop.get()) {
                  door.v5()
                      .rawValues(all)
                      .forEachRemaining(message -> points.addAndGet(message.getValuesCount()));
                }
              }));
    }
    return readers;
  }

  private static double smallReadMicros(ManagedChannel channel, UUID stream) {
    NearestParams params = NearestParams.newBuilder().setUuid(bytes(stream)).build();
    var stub = BTrDBGrpc.newBlockingStub(channel);
    long start = System.nanoTime();
    for (int i = 0; i < SMALL_READS; i++) {
      stub.nearest(params);
    }
    return (System.nanoTime() - start) / 1e3 / SMALL_READS;
  }
}
