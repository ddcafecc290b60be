package io.btrdb.node.door;

/** What FaultInject may do to a node that allows it. Must not block. */
public interface FaultInjection {
  /** The process ends at once, as if by SIGKILL. */
  void die();

  /** The same, a little later. */
  void dieSoon();

  /** What has been read from disks is forgotten. */
  void dropCaches();
}
