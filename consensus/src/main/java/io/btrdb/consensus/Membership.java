package io.btrdb.consensus;

import io.btrdb.consensus.ConsensusException.Applied;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.LeaderInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/**
 * Changes of a group's members, one at a time, by its leader. Every change names the configuration
 * it starts from, so of two that race one is refused.
 */
final class Membership {
  /** A listener this close to the commit index takes part in a majority at once. */
  private static final long CAUGHT_UP_ENTRIES = 64;

  private final RaftServer server;
  private final RatisGroup group;
  private final LeadershipGate gate;
  private final RaftOptions options;

  Membership(RaftServer server, RatisGroup group, LeadershipGate gate, RaftOptions options) {
    this.server = server;
    this.group = group;
    this.gate = gate;
    this.options = options;
  }

  Members members() {
    return RatisTypes.members(group.division().getRaftConf());
  }

  /** Empty unless this replica leads. */
  List<FollowerProgress> progress() {
    RaftServer.Division division = group.division();
    DivisionInfo info = division.getInfo();
    LeaderInfoProto leading = info.getRoleInfoProto().getLeaderInfo();
    long[] matched = info.getFollowerMatchIndices();
    // Two looks at a list that a change of membership may alter in between.
    if (matched == null || matched.length != leading.getFollowerInfoCount()) {
      return List.of();
    }
    long committed = division.getRaftLog().getLastCommittedIndex();
    List<FollowerProgress> all = new ArrayList<>(matched.length);
    for (int i = 0; i < matched.length; i++) {
      ServerRpcProto follower = leading.getFollowerInfo(i);
      all.add(
          new FollowerProgress(
              RatisTypes.peerId(RaftPeerId.valueOf(follower.getId().getId())),
              matched[i],
              Math.max(0, committed - matched[i]),
              Duration.ofMillis(follower.getLastRpcElapsedTimeMs())));
    }
    return all;
  }

  /** Whether a configuration that is not being changed names this replica. */
  boolean includesSelf() {
    RaftConfiguration configuration = group.division().getRaftConf();
    return isStable(configuration)
        && RatisTypes.members(configuration).find(RatisTypes.peerId(group.self())).isPresent();
  }

  /**
   * @param checkpoint makes a checkpoint that covers all configurations so far
   */
  CompletableFuture<Void> addListener(
      Peer listener, Supplier<CompletableFuture<Position>> checkpoint) {
    if (!listener.listener()) {
      throw new IllegalArgumentException(listener + " is not a listener");
    }
    Members current = members();
    if (current.find(listener.id()).isPresent()) {
      return refused(listener.id() + " is already a member");
    }
    List<Peer> listeners = new ArrayList<>(current.listeners());
    listeners.add(listener);
    if (!gate.ready()) {
      return CompletableFuture.failedFuture(ConsensusException.notLeader(gate.leader()));
    }
    return checkpoint.get().thenCompose(at -> change(current, current.voters(), listeners));
  }

  CompletableFuture<Void> removeListener(PeerId id) {
    Members current = members();
    List<Peer> listeners =
        current.listeners().stream().filter(peer -> !peer.id().equals(id)).toList();
    if (listeners.size() == current.listeners().size()) {
      return refused(id + " is not a listener");
    }
    return change(current, current.voters(), listeners);
  }

  CompletableFuture<Void> replace(PeerId old, PeerId listener) {
    return changeVoters(Optional.of(old), Optional.of(listener));
  }

  CompletableFuture<Void> promote(PeerId listener) {
    return changeVoters(Optional.empty(), Optional.of(listener));
  }

  CompletableFuture<Void> removeVoter(PeerId old) {
    return changeVoters(Optional.of(old), Optional.empty());
  }

  private CompletableFuture<Void> changeVoters(Optional<PeerId> old, Optional<PeerId> listener) {
    Members current = members();
    List<Peer> voters = new ArrayList<>(current.voters());
    List<Peer> listeners = new ArrayList<>(current.listeners());
    if (old.isPresent()) {
      Peer leaving = find(voters, old.get());
      if (leaving == null) {
        return refused(old.get() + " is not a voter");
      }
      if (RatisTypes.peerId(old.get()).equals(group.self())) {
        return refused(old.get() + " leads: transfer leadership first");
      }
      voters.remove(leaving);
    }
    if (listener.isPresent()) {
      Peer joining = find(listeners, listener.get());
      if (joining == null) {
        return refused(listener.get() + " is not a listener");
      }
      listeners.remove(joining);
      voters.add(Peer.voter(joining.id(), joining.address()));
    }
    return whyUnsafe(listener, voters)
        .map(Membership::refused)
        .orElseGet(() -> change(current, voters, listeners));
  }

  /**
   * Voters that answer and have all but the newest entries must be a majority of the new voters:
   * else the change could not be committed, or the next failure would stop the group.
   */
  private Optional<String> whyUnsafe(Optional<PeerId> joining, List<Peer> voters) {
    Duration silent = options.elections().timeoutMax();
    Set<PeerId> working =
        progress().stream()
            .filter(follower -> follower.silence().compareTo(silent) <= 0)
            .filter(follower -> follower.lag() <= CAUGHT_UP_ENTRIES)
            .map(FollowerProgress::id)
            .collect(Collectors.toSet());
    if (joining.isPresent() && !working.contains(joining.get())) {
      return Optional.of(joining.get() + " has not caught up");
    }
    working.add(RatisTypes.peerId(group.self()));
    long count = voters.stream().filter(voter -> working.contains(voter.id())).count();
    return count > voters.size() / 2
        ? Optional.empty()
        : Optional.of("only " + count + " of " + voters + " answer and have caught up");
  }

  /** The committed configuration, confirmed by a round of the leader with its majority. */
  CompletableFuture<Members> confirmed(Supplier<CompletableFuture<Void>> linearize) {
    RaftServer.Division division = group.division();
    RaftConfiguration configuration = division.getRaftConf();
    boolean stable =
        isStable(configuration)
            && configuration.getLogEntryIndex() <= division.getRaftLog().getLastCommittedIndex();
    if (!gate.ready()) {
      return CompletableFuture.failedFuture(ConsensusException.notLeader(gate.leader()));
    }
    if (!stable) {
      return CompletableFuture.failedFuture(
          ConsensusException.refused("a change of members is under way"));
    }
    return linearize.get().thenApply(done -> RatisTypes.members(configuration));
  }

  private static boolean isStable(RaftConfiguration configuration) {
    return configuration.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty()
        && configuration.getPreviousPeers(RaftPeerRole.LISTENER).isEmpty();
  }

  private static Peer find(List<Peer> peers, PeerId id) {
    return peers.stream().filter(peer -> peer.id().equals(id)).findFirst().orElse(null);
  }

  private CompletableFuture<Void> change(Members from, List<Peer> voters, List<Peer> listeners) {
    if (!gate.ready()) {
      return CompletableFuture.failedFuture(ConsensusException.notLeader(gate.leader()));
    }
    SetConfigurationRequest.Arguments arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(RatisTypes.peers(from.voters()))
            .setListenersInCurrentConf(RatisTypes.peers(from.listeners()))
            .setServersInNewConf(RatisTypes.peers(voters))
            .setListenersInNewConf(RatisTypes.peers(listeners))
            .build();
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            group.clientId(), group.self(), group.groupId(), group.nextCallId(), arguments);
    return ask(() -> server.setConfigurationAsync(request), Applied.UNKNOWN);
  }

  CompletableFuture<Void> transferLeadership(PeerId to, Duration timeout) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            group.clientId(),
            group.self(),
            group.groupId(),
            group.nextCallId(),
            RatisTypes.peerId(to),
            timeout.toMillis());
    return ask(() -> server.transferLeadershipAsync(request), Applied.UNKNOWN);
  }

  interface Question {
    CompletableFuture<RaftClientReply> ask() throws IOException;
  }

  static CompletableFuture<Void> ask(Question question, Applied onFailure) {
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = question.ask();
    } catch (IOException | RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.handle(
        (answer, error) -> {
          Throwable why = error != null ? RatisGroup.unwrap(error) : answer.getException();
          if (why instanceof NotLeaderException) {
            throw ConsensusException.notLeader(
                Optional.ofNullable(((NotLeaderException) why).getSuggestedLeader())
                    .map(peer -> RatisTypes.peerId(peer.getId())));
          } else if (why != null) {
            throw ConsensusException.refused(String.valueOf(why.getMessage()), onFailure, why);
          }
          return null;
        });
  }

  private static CompletableFuture<Void> refused(String why) {
    return CompletableFuture.failedFuture(ConsensusException.refused(why));
  }
}
