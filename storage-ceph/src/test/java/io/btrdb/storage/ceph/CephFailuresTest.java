package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.SampleSegments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * What the stores say when Ceph is slow, gone, full or refuses, and that they go on by themselves
 * when it is well again. Each test leaves it well.
 */
@Timeout(180)
final class CephFailuresTest {
  private static LocalCeph ceph;

  @BeforeAll
  static void start() {
    ceph = LocalCeph.start();
  }

  @AfterAll
  static void stop() {
    if (ceph != null) {
      ceph.close();
    }
  }

  private static SegmentId id(int sequence) {
    return SegmentId.of(2, 1, sequence);
  }

  private static byte[] all(SegmentStore store, SegmentId id) {
    return store.read(id, 0, (int) store.length(id));
  }

  /** Fails with a message that holds all of these. */
  private static void assertSays(Executable call, String... parts) {
    String message = assertThrows(StorageException.class, call).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "no \"" + part + "\" in: " + message);
    }
  }

  /** Repeats what fails until it does not; the test's timeout ends it otherwise. */
  private static <T> T eventually(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (StorageException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static CephPool open(CephSettings settings) {
    return CephPool.open(settings, PoolListener.NONE);
  }

  @Test
  void shouldFailInTimeWhileAnOsdHangsAndGoOnAfterwards() {
    PoolCounters counters = new PoolCounters();
    try (CephPool pool = CephPool.open(LocalCeph.impatient(ceph.settings()), counters)) {
      SegmentStore store = pool.segments("c1");
      store.put(id(1), SampleSegments.segment(id(1)));
      store.put(id(2), SampleSegments.segment(id(2)));
      all(store, id(1));
      ceph.pause("osd.0");
      try {
        assertSays(() -> store.contains(id(2)), "pool btrdb", "stat of c1/s/0002", "ETIMEDOUT");
        assertSays(() -> all(store, id(2)), "pool btrdb", "has not answered for", "each second");
        assertSays(() -> store.list(2), "pool btrdb");
        assertSays(() -> store.put(id(3), SampleSegments.segment(id(3))), "pool btrdb");
        assertArrayEquals(SampleSegments.segment(id(1)), all(store, id(1)), "what is kept is read");
        assertTrue(counters.failed(PoolCall.STAT) >= 1);
      } finally {
        ceph.resume("osd.0");
      }
      assertArrayEquals(SampleSegments.segment(id(2)), eventually(() -> all(store, id(2))));
      // The write that timed out may have happened meanwhile, which is as good.
      store.put(id(3), SampleSegments.segment(id(3)));
      assertEquals(List.of(id(1), id(2), id(3)), store.list(2));
    }
  }

  @Test
  void shouldWaitForAnOsdThatWasKilledAndCameBack() throws Exception {
    try (LocalCeph durable = LocalCeph.start("--store", "bluestore");
        CephPool pool = open(LocalCeph.impatient(durable.settings()))) {
      SegmentStore store = pool.segments("c1");
      ObjectPool objects = pool.objects("c1");
      store.put(id(1), SampleSegments.segment(id(1)));
      objects.create("manifest", new byte[] {7});
      durable.kill("osd.0");
      assertSays(() -> store.put(id(2), SampleSegments.segment(id(2))), "ETIMEDOUT");
      assertSays(() -> objects.read("manifest"), "pool btrdb", "ETIMEDOUT");
      durable.revive("osd.0");
      assertTrue(eventually(() -> store.contains(id(1))));
      assertArrayEquals(SampleSegments.segment(id(1)), all(store, id(1)));
      assertArrayEquals(new byte[] {7}, objects.read("manifest").orElseThrow().content());
      store.put(id(2), SampleSegments.segment(id(2)));
      assertArrayEquals(SampleSegments.segment(id(2)), all(store, id(2)));
    }
  }

  @Test
  void shouldGoOnWhenOneOfTwoOsdsDies() {
    try (LocalCeph two = LocalCeph.start("--osds", "2")) {
      two.ceph("osd", "pool", "set", "btrdb", "size", "2");
      try (CephPool pool = open(two.settings())) {
        SegmentStore store = pool.segments("c1");
        for (int i = 0; i < 20; i++) {
          store.put(id(i), SampleSegments.segment(id(i)));
        }
        two.kill("osd.1");
        for (int i = 0; i < 20; i++) {
          store.put(id(100 + i), SampleSegments.segment(id(100 + i)));
        }
        for (int i = 0; i < 20; i++) {
          assertArrayEquals(SampleSegments.segment(id(i)), all(store, id(i)));
        }
      }
    }
  }

  @Test
  void shouldNotNeedTheMonitorOnceConnected() {
    CephSettings settings = LocalCeph.impatient(ceph.settings());
    try (CephPool pool = open(settings)) {
      SegmentStore store = pool.segments("c1");
      store.put(id(1), SampleSegments.segment(id(1)));
      ceph.kill("mon.a");
      try {
        store.put(id(2), SampleSegments.segment(id(2)));
        assertFalse(store.contains(id(3)));
        assertEquals(List.of(id(1), id(2)), store.list(2));
        assertSays(() -> open(settings), "connecting to the monitors", "ETIMEDOUT");
      } finally {
        ceph.revive("mon.a");
      }
      store.put(id(3), SampleSegments.segment(id(3)));
      eventually(() -> open(settings)).close();
    }
  }

  @Test
  void shouldSayThatTheClusterIsFullAndStillDelete() {
    try (CephPool pool = open(ceph.settings())) {
      SegmentStore store = pool.segments("c1");
      store.put(id(1), SampleSegments.segment(id(1), 20, 200_000, 1));
      setFullRatios("0.000001", "nearfull", "backfillfull", "full");
      try {
        untilItSays(store, "ENOSPC", "the cluster is full");
        assertSays(() -> pool.objects("c1").replace("x", new byte[9]), "write of c1/o/x", "ENOSPC");
        assertTrue(store.contains(id(1)));
        store.delete(id(1));
        assertFalse(store.contains(id(1)));
      } finally {
        setFullRatios("0.95", "full", "backfillfull", "nearfull");
      }
      eventually(
          () -> {
            store.put(id(1), SampleSegments.segment(id(1)));
            return true;
          });
    }
  }

  /** How much of an OSD may be used until it counts as full. */
  private static void setFullRatios(String ratio, String... kinds) {
    for (String kind : kinds) {
      ceph.ceph("osd", "set-" + kind + "-ratio", ratio);
    }
  }

  @Test
  void shouldSayThatTheQuotaIsUsedUpAndStillDelete() {
    try (LocalCeph counting = LocalCeph.start("--manager")) {
      try (CephPool pool = open(counting.settings())) {
        SegmentStore store = pool.segments("c1");
        store.put(id(1), SampleSegments.segment(id(1)));
        store.put(id(2), SampleSegments.segment(id(2)));
        counting.ceph("osd", "pool", "set-quota", "btrdb", "max_objects", "1");
        untilItSays(store, "EDQUOT", "quota is used up", "set-quota");
        assertTrue(store.contains(id(1)));
        store.delete(id(2));
        counting.ceph("osd", "pool", "set-quota", "btrdb", "max_objects", "0");
        eventually(
            () -> {
              store.put(id(2), SampleSegments.segment(id(2)));
              return true;
            });
      }
    }
  }

  /** Puts segments until one is refused: that the pool is full takes a while to get around. */
  private static void untilItSays(SegmentStore store, String... parts) {
    for (int i = 1_000; ; i++) {
      SegmentId next = id(i);
      try {
        store.put(next, SampleSegments.segment(next));
        store.delete(next);
      } catch (StorageException refused) {
        assertSays(() -> store.put(next, SampleSegments.segment(next)), parts);
        return;
      }
    }
  }

  @Test
  void shouldSayThatAUserLacksCaps() throws Exception {
    CephSettings poor = user("client.poor", "mon", "allow r", "osd", "allow r pool=btrdb");
    try (CephPool pool = open(poor)) {
      SegmentStore store = pool.segments("c1");
      assertFalse(store.contains(id(1)));
      assertSays(
          () -> store.put(id(1), SampleSegments.segment(id(1))), "write of", "EPERM", "grant rwx");
      ceph.ceph("auth", "caps", "client.poor", "mon", "allow r", "osd", "allow rwx pool=btrdb");
      // The OSD learns of new caps with the next connection.
    }
    try (CephPool pool = open(poor)) {
      pool.segments("c1").put(id(1), SampleSegments.segment(id(1)));
    }
  }

  @Test
  void shouldBeHeldToItsNamespace() throws Exception {
    CephSettings held =
        user("client.held", "mon", "allow r", "osd", "allow rwx pool=btrdb namespace=mine");
    try (CephPool pool = open(held.withNamespace("mine"))) {
      pool.objects("c1").replace("x", new byte[1]);
      assertEquals(List.of("x"), pool.objects("c1").list(""));
    }
    try (CephPool pool = open(held.withNamespace("others"))) {
      assertSays(() -> pool.objects("c1").read("x"), "read of c1/o/x", "EPERM", "namespace");
    }
  }

  @Test
  void shouldSayThatAKeyIsWrongOrMissing() throws Exception {
    CephSettings wrong = user("client.wrong", "mon", "allow r");
    ceph.ceph("auth", "rm", "client.wrong");
    assertSays(() -> open(wrong), "as client.wrong", "EACCES", "ceph auth get");
    Path nothing = ceph.folder().resolve("nothing.keyring");
    assertSays(
        () -> open(ceph.settings().withUser("client.nobody", nothing)),
        "client.nobody",
        "ENOENT",
        nothing.toString());
  }

  private static CephSettings user(String name, String... caps) throws IOException {
    Path keyring = ceph.folder().resolve(name + ".keyring");
    String[] arguments = new String[caps.length + 3];
    arguments[0] = "auth";
    arguments[1] = "get-or-create";
    arguments[2] = name;
    System.arraycopy(caps, 0, arguments, 3, caps.length);
    Files.writeString(keyring, ceph.ceph(arguments), StandardCharsets.UTF_8);
    return ceph.settings().withUser(name, keyring);
  }

  @Test
  void shouldSayThatThePoolDoesNotExist() {
    assertSays(
        () -> open(ceph.settings().withPool("absent")),
        "pool absent does not exist",
        "ENOENT",
        "bootstrap-pool");
    assertSays(
        () -> open(CephSettings.of(Path.of("/no/such/ceph.conf"))), "reading /no/such/ceph.conf");
  }

  /** What was in it is gone, which must not look like segments that were never written. */
  @Test
  void shouldNotTakeAPoolThatIsGoneForAnEmptyOne() {
    ceph.ceph("osd", "pool", "create", "passing", "8");
    try (CephPool pool = open(ceph.settings().withPool("passing"))) {
      SegmentStore store = pool.segments("c1");
      store.put(id(1), SampleSegments.segment(id(1)));
      ceph.ceph("osd", "pool", "delete", "passing", "passing", "--yes-i-really-really-mean-it");
      assertGone(store, "pool passing does not exist");
      ceph.ceph("osd", "pool", "create", "passing", "8");
      assertGone(store, "pool passing was removed and made again");
    }
  }

  private static void assertGone(SegmentStore store, String message) {
    String last = "";
    while (!last.contains(message)) {
      try {
        assertTrue(store.contains(id(1)), "a segment in a pool that is gone is not just missing");
      } catch (StorageException e) {
        last = e.getMessage();
      }
    }
    assertSays(() -> store.read(id(1), 0, 10), message);
    assertSays(() -> store.list(2), message);
    assertSays(() -> store.put(id(9), SampleSegments.segment(id(9))), message);
  }

  @Test
  void shouldSayThatItWasFencedOff() throws Exception {
    try (CephPool pool =
        open(user("client.fenced", "mon", "allow r", "osd", "allow rwx pool=btrdb"))) {
      SegmentStore store = pool.segments("c1");
      store.put(id(1), SampleSegments.segment(id(1)));
      String address = address("client.fenced");
      ceph.ceph("osd", "blocklist", "add", address);
      try {
        assertSays(
            () -> {
              while (true) {
                assertTrue(store.contains(id(1)));
              }
            },
            "ESHUTDOWN",
            "EBLOCKLISTED",
            "blocklist rm");
      } finally {
        ceph.ceph("osd", "blocklist", "rm", address);
      }
      assertTrue(eventually(() -> store.contains(id(1))));
    }
  }

  /** Where a user is connected from, as the blocklist has it. */
  private static String address(String user) {
    Matcher session =
        Pattern.compile(
                Pattern.quote("\"" + user + "\"")
                    + ".*?\"addr\": \"([^\"]+)\",\\s*\"nonce\": (\\d+)",
                Pattern.DOTALL)
            .matcher(ceph.ceph("tell", "mon.a", "sessions"));
    assertTrue(session.find(), "no session of " + user);
    return session.group(1) + "/" + session.group(2);
  }
}
