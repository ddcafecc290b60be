package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.SampleSegments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code ops/ceph/bootstrap-pool} makes is what a node needs, and no more. */
@Timeout(180)
final class BootstrapPoolTest {
  private static final SegmentId ID = SegmentId.of(2, 1, 1);

  private static LocalCeph ceph;

  @BeforeAll
  static void start() {
    ceph = LocalCeph.start("--osds", "3");
  }

  @AfterAll
  static void stop() {
    if (ceph != null) {
      ceph.close();
    }
  }

  private static Path conf() {
    return ceph.folder().resolve("ceph.conf");
  }

  private static String bootstrap(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of("../ops/ceph/bootstrap-pool").toString(), "--conf", conf().toString()));
    command.addAll(List.of(arguments));
    return LocalCeph.run(command);
  }

  private static CephSettings settings(String user, Path keyring) {
    return CephSettings.of(conf()).withUser(user, keyring);
  }

  @Test
  void shouldMakeAPoolOfCopiesAndAUserWhoIsHeldToItsNamespace() throws Exception {
    Path keyring = ceph.folder().resolve("client.tenant.keyring");
    String[] wanted = {
      "--pool",
      "tenant",
      "--namespace",
      "one",
      "--user",
      "client.tenant",
      "--pgs",
      "8",
      "--quota-bytes",
      "10G",
      "--keyring",
      keyring.toString()
    };
    bootstrap(wanted);
    assertTrue(bootstrap(wanted).contains("pool tenant is there and stays as it is"));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keyring)));
    assertTrue(ceph.ceph("osd", "pool", "get", "tenant", "size").contains("size: 3"));
    assertTrue(ceph.ceph("osd", "pool", "get", "tenant", "min_size").contains("min_size: 2"));
    assertTrue(ceph.ceph("osd", "pool", "ls", "detail").contains("max_bytes 10737418240"));
    assertTrue(ceph.ceph("osd", "pool", "application", "get", "tenant").contains("btrdb"));
    CephSettings settings = settings("client.tenant", keyring).withPool("tenant");
    try (CephPool pool = CephPool.open(settings.withNamespace("one"), PoolListener.NONE)) {
      SegmentStore store = pool.segments("c1");
      store.put(ID, SampleSegments.segment(ID));
      assertEquals(List.of(ID), store.list(2));
      store.delete(ID);
      assertTrue(pool.objects("c1").create("manifest", new byte[1]));
    }
    try (CephPool pool = CephPool.open(settings.withNamespace("two"), PoolListener.NONE)) {
      assertThrows(StorageException.class, () -> pool.objects("c1").create("x", new byte[1]));
    }
    try (CephPool pool = CephPool.open(settings.withPool("btrdb"), PoolListener.NONE)) {
      assertThrows(StorageException.class, () -> pool.objects("c1").create("x", new byte[1]));
    }
  }

  @Test
  void shouldMakeAnErasureCodedPoolThatTakesSegments() {
    Path keyring = ceph.folder().resolve("client.thrifty.keyring");
    bootstrap(
        "--pool",
        "thrifty",
        "--user",
        "client.thrifty",
        "--erasure",
        "2+1",
        "--failure-domain",
        "osd",
        "--pgs",
        "8",
        "--keyring",
        keyring.toString());
    CephSettings settings =
        settings("client.thrifty", keyring).withPools("thrifty", "thrifty-objects");
    try (CephPool pool = CephPool.open(settings, PoolListener.NONE)) {
      SegmentStore store = pool.segments("c1");
      byte[] segment = SampleSegments.segment(ID, 50, 100_000, 3);
      store.put(ID, segment);
      store.put(ID, segment);
      assertThrows(IllegalStateException.class, () -> store.put(ID, SampleSegments.segment(ID)));
      assertArrayEquals(segment, store.read(ID, 0, segment.length));
      assertEquals(List.of(ID), store.list(2));
      store.delete(ID);
      assertFalse(store.contains(ID));
      pool.objects("c1").replace("manifest", new byte[1]);
      long version = pool.objects("c1").read("manifest").orElseThrow().version();
      assertTrue(pool.objects("c1").replace("manifest", version, new byte[2]));
    }
  }

  @Test
  void shouldOnlySayWhatItWouldDo() {
    String said = bootstrap("--dry-run", "--pool", "dry", "--user", "client.dry");
    assertTrue(said.contains("ceph osd pool create dry 32 32 replicated"), said);
    assertTrue(said.contains("allow rwx pool=dry namespace=btrdb"), said);
    assertFalse(ceph.ceph("osd", "pool", "ls").contains("dry"));
    assertFalse(ceph.ceph("auth", "ls").contains("client.dry"));
  }

  @Test
  void shouldRefuseWhatCannotBeMeant() {
    for (List<String> wrong :
        List.of(
            List.of("--pgs", "33"),
            List.of("--erasure", "4"),
            List.of("--user", "btrdb"),
            List.of("--quota-bytes", "much"),
            List.of("--pool", "p;rm"),
            List.of("--frobnicate"))) {
      List<String> arguments = new ArrayList<>(List.of("--dry-run"));
      arguments.addAll(wrong);
      assertThrows(
          IllegalStateException.class,
          () -> bootstrap(arguments.toArray(String[]::new)),
          wrong::toString);
    }
  }
}
