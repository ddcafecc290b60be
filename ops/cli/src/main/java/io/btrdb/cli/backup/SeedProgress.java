package io.btrdb.cli.backup;

import io.btrdb.cli.terminal.Progress;
import io.btrdb.node.backup.ClusterSeed;

/** Shows how far the making of a cluster is. */
final class SeedProgress implements ClusterSeed.Watcher {
  private static final long MEBI = 1 << 20;

  private final Progress progress;
  private final long total;
  private long copied;

  /**
   * @param total bytes of all segments
   */
  SeedProgress(Progress progress, long total) {
    this.progress = progress;
    this.total = total;
  }

  @Override
  public void group(String name) {
    progress.spin(name);
  }

  @Override
  public void copied(long bytes) {
    copied += bytes;
    progress.show(copied, total, copied / MEBI);
  }
}
