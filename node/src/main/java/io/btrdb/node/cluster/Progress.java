package io.btrdb.node.cluster;

/**
 * What a node that is not ready yet is waiting for, for its health page and its log. Thread-safe.
 */
public final class Progress {
  private volatile String waitingFor = "the node is starting";

  public void waitingFor(String what) {
    waitingFor = what;
  }

  public void done() {
    waitingFor = "";
  }

  /** Empty when nothing is being waited for. */
  public String waitingFor() {
    return waitingFor;
  }
}
