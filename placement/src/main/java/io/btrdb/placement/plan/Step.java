package io.btrdb.placement.plan;

/** One thing to do to one group. */
public sealed interface Step permits ReplicaStep, TransferLeader {
  String group();

  Why why();
}
