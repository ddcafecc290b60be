package io.btrdb.cli.backup;

import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.BackupGrpc;
import io.btrdb.api.cluster.FormRequest;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.client.Credentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The nodes of a cluster as other nodes see them, by address. Used by one thread. */
final class ClusterNodes implements AutoCloseable {
  private static final long HELLO_SECONDS = 3;
  private static final int MESSAGE_BYTES_MAX = 64 << 20;

  private final Map<String, ManagedChannel> channels = new TreeMap<>();

  /** What each node that answers said last, by address. */
  private final Map<String, HelloResponse> answers = new TreeMap<>();

  private final TreeSet<String> addresses;
  private final Credentials credentials;

  /** One replica of a group, on a node that answers. */
  record Holder(String address, String node, boolean leads, boolean listens, long applied) {}

  ClusterNodes(List<String> endpoints, Credentials credentials) {
    this.addresses = new TreeSet<>(endpoints);
    this.credentials = credentials;
  }

  /**
   * Asks every known node how it is; those that they name are known from then on.
   *
   * @throws CommandFailed when none answers that belongs to a cluster
   */
  void refresh() {
    answers.clear();
    TreeSet<String> asked = new TreeSet<>();
    while (!asked.containsAll(addresses)) {
      for (String address : List.copyOf(addresses)) {
        if (asked.add(address)) {
          ask(address);
        }
      }
    }
    if (answers.isEmpty()) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "none of "
              + addresses
              + " answers as a node of a cluster.\nIf it runs elsewhere, name some of its nodes:"
              + " --endpoint HOST:PORT or BTRDB_ENDPOINTS.");
    }
  }

  private void ask(String address) {
    try {
      HelloResponse hello = peer(address, HELLO_SECONDS).hello(HelloRequest.getDefaultInstance());
      if (!hello.getClusterId().isEmpty()) {
        answers.put(address, hello);
        hello.getNodesList().stream()
            .filter(card -> !card.getGone())
            .map(card -> address(card, credentials.usesTls(address)))
            .filter(grpc -> !grpc.isEmpty())
            .forEach(addresses::add);
      }
    } catch (StatusRuntimeException e) {
      // It is down, or no node: the others tell.
      answers.remove(address);
    }
  }

  /** Where a node is reached by who reached another by TLS, or without. */
  private static String address(NodeCard card, boolean tls) {
    return tls && !card.getGrpcTls().isEmpty() ? card.getGrpcTls() : card.getGrpc();
  }

  /** How the cluster was founded. */
  FormRequest founding() {
    return answers.values().iterator().next().getFounding();
  }

  /** The replicas of a group that answer; those that lead come last, for they have most to do. */
  List<Holder> holders(String group) {
    List<Holder> holders = new ArrayList<>();
    answers.forEach(
        (address, hello) -> {
          for (GroupState state : hello.getGroupsList()) {
            if (state.getGroup().equals(group)) {
              holders.add(
                  new Holder(
                      address,
                      hello.getNodeId(),
                      state.getRole().equals("LEADER"),
                      state.getRole().equals("LISTENER"),
                      state.getAppliedIndex()));
            }
          }
        });
    holders.sort(Comparator.comparing(Holder::leads).thenComparing(Holder::listens));
    return holders;
  }

  /** What each node that answers says of itself, by address; a node may have two addresses. */
  Map<String, HelloResponse> answers() {
    return Map.copyOf(answers);
  }

  AdminGrpc.AdminBlockingStub admin(String address, long seconds) {
    return AdminGrpc.newBlockingStub(channel(address)).withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  PeerGrpc.PeerBlockingStub peer(String address, long seconds) {
    return PeerGrpc.newBlockingStub(channel(address)).withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  BackupGrpc.BackupBlockingStub backup(String address, long seconds) {
    return BackupGrpc.newBlockingStub(channel(address))
        .withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  private ManagedChannel channel(String address) {
    return channels.computeIfAbsent(
        address,
        target ->
            credentials
                .secure(NettyChannelBuilder.forTarget(target), target)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .keepAliveTime(5, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build());
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
