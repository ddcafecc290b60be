package io.btrdb.cli.admin;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.AdminGrpc.AdminBlockingStub;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.api.cluster.StatusRequest;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.verb.ConnectionOptions;
import io.btrdb.client.Credentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractBlockingStub;
import io.netty.channel.ChannelOption;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Service Admin of the first node that answers. Stays with it while it does; then asks the others,
 * also those that it heard of from the cluster itself. Belongs to one thread.
 */
final class AdminClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;
  private static final Duration STATUS_DEADLINE = Duration.ofSeconds(5);

  /** A status of 4,096 ranges is about 2 MB. */
  private static final int MESSAGE_BYTES = 64 << 20;

  private final Set<String> addresses;
  private final Duration deadline;
  private final Credentials credentials;
  private final Map<String, ManagedChannel> channels = new HashMap<>();

  /**
   * @param endpoints {@code host:port} each, tried in this order
   * @param deadline of one call to one node
   */
  AdminClient(List<String> endpoints, Duration deadline, Credentials credentials) {
    this.addresses = new LinkedHashSet<>(endpoints);
    this.deadline = deadline;
    this.credentials = credentials;
  }

  static AdminClient open(ConnectionOptions connection) {
    return new AdminClient(connection.endpoints(), connection.deadline(), connection.credentials());
  }

  /**
   * What the cluster is like now.
   *
   * @throws CommandFailed with {@link ExitCode#UNREACHABLE} when no node answers, naming those that
   *     were tried
   */
  ClusterStatus status() {
    Duration patience = deadline.compareTo(STATUS_DEADLINE) < 0 ? deadline : STATUS_DEADLINE;
    ClusterStatus status =
        ask(stub -> stub.status(StatusRequest.getDefaultInstance()), patience, true);
    // The one that answered comes first.
    boolean tls = credentials.usesTls(addresses.iterator().next());
    for (NodeStatus node : status.getNodesList()) {
      NodeCard card = node.getCard();
      String address = tls && !card.getGrpcTls().isEmpty() ? card.getGrpcTls() : card.getGrpc();
      if (!card.getGone() && !address.isEmpty()) {
        addresses.add(address);
      }
    }
    return status;
  }

  /**
   * Asks for a change.
   *
   * @return what the node says about it
   * @throws CommandFailed when it is refused, with the sentence that says why; with {@link
   *     ExitCode#UNREACHABLE} when no node answers or the cluster cannot do it now
   */
  String command(Function<AdminBlockingStub, AdminReply> command) {
    AdminReply reply = ask(command, deadline, false);
    if (reply.getCode() == 0) {
      return reply.getMessage();
    }
    boolean degraded = reply.getCode() == ErrorCode.CLUSTER_DEGRADED.number();
    throw new CommandFailed(
        degraded ? ExitCode.UNREACHABLE : ExitCode.FAILED,
        reply.getMessage().isEmpty()
            ? "refused with error " + reply.getCode()
            : reply.getMessage());
  }

  /**
   * @param repeatable whether another node may be asked when one has taken the call and is silent
   */
  private <T> T ask(Function<AdminBlockingStub, T> call, Duration patience, boolean repeatable) {
    return ask(AdminGrpc::newBlockingStub, call, patience, repeatable);
  }

  /** As the commands of service Admin, of another service of the nodes. */
  <S extends AbstractBlockingStub<S>, T> T ask(
      Function<ManagedChannel, S> service,
      Function<S, T> call,
      Duration patience,
      boolean repeatable) {
    Map<String, String> failures = new LinkedHashMap<>();
    StatusRuntimeException last = null;
    for (String address : List.copyOf(addresses)) {
      try {
        T answer =
            call.apply(
                service
                    .apply(channel(address))
                    .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS));
        stayWith(address);
        return answer;
      } catch (StatusRuntimeException e) {
        refuseForGood(e);
        last = e;
        failures.put(address, explain(e.getStatus(), patience));
        drop(address);
        if (!repeatable && e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
          throw new CommandFailed(
              ExitCode.UNREACHABLE,
              address
                  + " has not answered within "
                  + seconds(patience)
                  + " and may yet do it: see btrdb cluster status",
              e);
        }
      }
    }
    throw ConnectionOptions.unreachable("no node answers:" + lines(failures), last);
  }

  /** No other node would say anything else. */
  private static void refuseForGood(StatusRuntimeException e) {
    if (e.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
      throw new CommandFailed(
          ExitCode.FAILED,
          description(e.getStatus())
              + "\nThe cluster asks for a key: set BTRDB_API_KEY, or name a file with"
              + " --api-key-file.",
          e);
    }
    if (e.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
      throw new CommandFailed(ExitCode.FAILED, description(e.getStatus()), e);
    }
  }

  private static String lines(Map<String, String> failures) {
    StringBuilder lines = new StringBuilder();
    failures.forEach(
        (address, why) -> lines.append("\n  ").append(address).append("  ").append(why));
    return lines.toString();
  }

  private static String explain(Status status, Duration patience) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(status);
      case DEADLINE_EXCEEDED -> "no answer within " + seconds(patience);
      case UNIMPLEMENTED ->
          "a node, but not one that can be asked yet: it waits for its cluster, or is of another"
              + " version";
      default -> description(status);
    };
  }

  private static String unavailable(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return "no such host";
      }
      if (cause instanceof ConnectException) {
        return cause.getMessage().contains("timed out") ? "no such machine" : "nobody listens";
      }
    }
    return description(status);
  }

  private static String description(Status status) {
    return status.getDescription() == null ? status.getCode().name() : status.getDescription();
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  /** The node that answered is asked first from now on. */
  private void stayWith(String address) {
    List<String> others = new ArrayList<>(addresses);
    others.remove(address);
    addresses.clear();
    addresses.add(address);
    addresses.addAll(others);
  }

  private ManagedChannel channel(String address) {
    return channels.computeIfAbsent(
        address,
        a ->
            credentials
                .secure(NettyChannelBuilder.forTarget("dns:///" + a), a)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .maxInboundMessageSize(MESSAGE_BYTES)
                .disableRetry()
                .build());
  }

  /** A new channel connects at once; an old one that failed would wait first. */
  private void drop(String address) {
    ManagedChannel channel = channels.remove(address);
    if (channel != null) {
      channel.shutdownNow();
    }
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
