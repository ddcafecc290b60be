package io.btrdb.cli;

import com.google.protobuf.Message;
import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.BalanceRequest;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.DrainRequest;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.MoveRequest;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.api.cluster.RemoveNodeRequest;
import io.btrdb.api.cluster.StatusRequest;
import io.btrdb.api.cluster.TransferLeaderRequest;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Service Admin of a cluster that does not exist: n1, n2 and n3 with two shards and the catalog.
 * Each question for its status moves it on by one of the changes it was given.
 */
final class FakeAdmin extends AdminGrpc.AdminImplBase implements AutoCloseable {
  private final Server server;
  private final ClusterStatus.Builder status = ClusterStatus.newBuilder();
  private final Deque<Consumer<ClusterStatus.Builder>> changes = new ArrayDeque<>();
  private final List<Message> requests = new ArrayList<>();
  private AdminReply reply = AdminReply.getDefaultInstance();

  FakeAdmin() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
    status
        .setClusterId("7c9e6679-7425-40de-944b-e07fc1f90ae7")
        .setClusterName("grid")
        .setAnsweredBy("n1")
        .setController("n1")
        .setZooKeeper("connected")
        .setReplication(3);
    for (int i = 1; i <= 3; i++) {
      status.addNodes(
          NodeStatus.newBuilder()
              .setCard(NodeCard.newBuilder().setNodeId("n" + i).setZone("z" + i))
              .setReachable(true)
              .setReady(true)
              .setReplicas(3)
              .setLeaders(1)
              .setDiskFreeBytes(40_000_000_000L)
              .setDiskTotalBytes(100_000_000_000L)
              .setDataBytes(1_234_567_890L)
              .setPointsRate(12_345));
    }
    status.addGroups(group(0, "n1").setSlotCount(2_048));
    status.addGroups(group(1, "n2").setFirstSlot(2_048).setSlotCount(2_048).setPointsRate(750));
    status.addGroups(group(0, "n3").setGroup("c").setCatalog(true));
  }

  private static GroupStatus.Builder group(int shard, String leader) {
    GroupStatus.Builder group =
        GroupStatus.newBuilder().setGroup("g" + shard).setShard(shard).setLeader(leader).setTerm(2);
    for (int i = 1; i <= 3; i++) {
      group.addMembers(member("n" + i));
    }
    return group;
  }

  static MemberStatus.Builder member(String node) {
    return MemberStatus.newBuilder().setNodeId(node).setPeer(node + "-1").setHealthy(true);
  }

  static NodeStatus.Builder freshNode(String name) {
    return NodeStatus.newBuilder()
        .setCard(NodeCard.newBuilder().setNodeId(name))
        .setReachable(true)
        .setReady(true);
  }

  static MoveStatus.Builder move(int shard, String from, String to) {
    return MoveStatus.newBuilder()
        .setGroup("g" + shard)
        .setName("shard " + shard)
        .setFromNode(from)
        .setToNode(to)
        .setStep("fetching segments")
        .setDoneBytes(62)
        .setTotalBytes(100)
        .setStartedMillis(1);
  }

  /** Where a member of a group was, another one is. */
  static void replace(GroupStatus.Builder group, String from, String to) {
    List<MemberStatus> others =
        group.getMembersList().stream().filter(m -> !m.getNodeId().equals(from)).toList();
    group.clearMembers().addAllMembers(others).addMembers(member(to));
    if (group.getLeader().equals(from)) {
      group.setLeader(others.getFirst().getNodeId());
    }
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Changes the cluster now. */
  synchronized void now(Consumer<ClusterStatus.Builder> change) {
    change.accept(status);
  }

  /** Changes the cluster when it is asked for its status after the changes before this one. */
  synchronized void then(Consumer<ClusterStatus.Builder> change) {
    changes.add(change);
  }

  /** What every command gets from now on. */
  synchronized void answer(int code, String message) {
    reply = AdminReply.newBuilder().setCode(code).setMessage(message).build();
  }

  /** The commands that came, in their order. */
  synchronized List<Message> requests() {
    return List.copyOf(requests);
  }

  @Override
  public synchronized void status(StatusRequest request, StreamObserver<ClusterStatus> observer) {
    if (!requests.isEmpty() && !changes.isEmpty()) {
      changes.poll().accept(status);
    }
    observer.onNext(status.build());
    observer.onCompleted();
  }

  private synchronized void take(Message request, StreamObserver<AdminReply> observer) {
    requests.add(request);
    observer.onNext(reply);
    observer.onCompleted();
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<AdminReply> observer) {
    take(request, observer);
  }

  @Override
  public void move(MoveRequest request, StreamObserver<AdminReply> observer) {
    take(request, observer);
  }

  @Override
  public void balance(BalanceRequest request, StreamObserver<AdminReply> observer) {
    take(request, observer);
  }

  @Override
  public void transferLeader(TransferLeaderRequest request, StreamObserver<AdminReply> observer) {
    take(request, observer);
  }

  @Override
  public void removeNode(RemoveNodeRequest request, StreamObserver<AdminReply> observer) {
    take(request, observer);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
