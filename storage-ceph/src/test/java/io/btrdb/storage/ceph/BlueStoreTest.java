package io.btrdb.storage.ceph;

import io.btrdb.storage.contract.SegmentStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** The contract on OSDs that store as those of a real cluster do, and not in memory. */
@Timeout(300)
final class BlueStoreTest implements SegmentStoreContract {
  private static LocalCeph ceph;

  @BeforeAll
  static void start() {
    ceph = LocalCeph.start("--store", "bluestore");
  }

  @AfterAll
  static void stop() {
    if (ceph != null) {
      ceph.close();
    }
  }

  @Override
  public Fixture newFixture() {
    return new CephSegments(ceph.settings());
  }
}
