package io.btrdb.placement.coordination;

/** A node's way to ZooKeeper. */
public enum Connection {
  CONNECTED,
  /** The connection broke a moment ago; the session may still live. Nobody is controller by it. */
  SUSPENDED,
  /** There is no session; also before the first. */
  LOST,
  /** ZooKeeper's folder for this cluster's name belongs to a cluster with another id. */
  REFUSED
}
