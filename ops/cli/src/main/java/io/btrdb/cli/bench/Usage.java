package io.btrdb.cli.bench;

/**
 * What something cost.
 *
 * @param clientCpuSeconds of this process
 * @param nodesCpuSeconds of all nodes together; NaN when they are not ours to look at
 * @param logBytes written to the replicated log, of one replica on average; NaN likewise
 */
record Usage(double clientCpuSeconds, double nodesCpuSeconds, double logBytes) {
  Usage minus(Usage before) {
    return new Usage(
        clientCpuSeconds - before.clientCpuSeconds,
        nodesCpuSeconds - before.nodesCpuSeconds,
        logBytes - before.logBytes);
  }
}
