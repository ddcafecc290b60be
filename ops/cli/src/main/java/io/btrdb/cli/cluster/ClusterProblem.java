package io.btrdb.cli.cluster;

/** Why a local cluster cannot be founded, started or found; the message says what to do. */
public final class ClusterProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterProblem(String message) {
    super(message);
  }

  ClusterProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
