package io.btrdb.cli.cluster;

import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How a local cluster is founded.
 *
 * @param ports of each node, in order; their number is the number of nodes
 * @param shards ranges the streams are spread over
 * @param jvmOptions of each node, before the class path
 * @param adjustment last word on each node's settings, as for tests with short timeouts
 */
public record ClusterPlan(
    List<Ports> ports, int shards, List<String> jvmOptions, UnaryOperator<NodeConfig> adjustment) {
  static final int SHARDS = 3;
  private static final String HOST = "127.0.0.1";

  public ClusterPlan {
    ports = List.copyOf(ports);
    jvmOptions = List.copyOf(jvmOptions);
    if (ports.isEmpty() || ports.size() % 2 == 0) {
      throw new ClusterProblem(
          "a cluster has an odd number of nodes, 1, 3 or 5: with "
              + ports.size()
              + " it would survive no more losses than with one less");
    }
  }

  /** Three shards, the given ports, {@link JvmOptions#DEFAULT_HEAP} of heap. */
  public static ClusterPlan of(List<Ports> ports) {
    return new ClusterPlan(
        ports, SHARDS, JvmOptions.of(JvmOptions.DEFAULT_HEAP), UnaryOperator.identity());
  }

  public ClusterPlan withJvmOptions(List<String> options) {
    return new ClusterPlan(ports, shards, options, adjustment);
  }

  public ClusterPlan withShards(int number) {
    return new ClusterPlan(ports, number, jvmOptions, adjustment);
  }

  public ClusterPlan withAdjustment(UnaryOperator<NodeConfig> lastWord) {
    return new ClusterPlan(ports, shards, jvmOptions, lastWord);
  }

  /** Settings of the nodes n1, n2, ... */
  public List<NodeConfig> configs(Path directory) {
    List<Member> members = new ArrayList<>();
    for (Ports p : ports) {
      String node = "n" + (members.size() + 1);
      members.add(
          new Member(node, HOST, HOST, p.grpc(), p.http(), p.raft(), p.zooKeeper(), p.tls()));
    }
    return members.stream()
        .map(member -> adjustment.apply(config(directory, member, List.copyOf(members))))
        .toList();
  }

  private NodeConfig config(Path directory, Member self, List<Member> members) {
    return new NodeConfig(
        self.node(),
        "btrdb",
        new NodeFolder(directory, self.node()).data(),
        "",
        100,
        members,
        shards,
        Math.min(3, members.size()),
        true,
        NodeConfig.Placement.DEFAULTS,
        NodeConfig.Raft.DEFAULTS,
        NodeConfig.Write.DEFAULTS,
        NodeConfig.Read.DEFAULTS,
        NodeConfig.Verify.DEFAULTS,
        NodeConfig.Door.DEFAULTS,
        NodeConfig.Retention.DEFAULTS,
        NodeConfig.Storage.DEFAULTS,
        NodeConfig.Security.DEFAULTS);
  }
}
