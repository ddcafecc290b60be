package io.btrdb.consensus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.proto.RaftProtos.FollowerInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election in one group as soon as there is reason to.
 *
 * <p>Ratis looks at the clock after sleeping for a random time, so that a leader may be gone for
 * twice the longest timeout before a follower notices. Here, a follower stands at once when its
 * leader's process has ended, and after a fixed silence otherwise. Ratis' own timeouts stay as they
 * are and catch whatever is missed here.
 *
 * <p>Before it stands, a follower asks the other voters in Ratis' pre-vote how far their logs are,
 * and leaves it to whoever has more, or as much and the smaller id: no two followers stand against
 * each other, and none that must lose. When the leader was only silent, a majority must have missed
 * it, too. What is decided here is only when an election begins; the election itself is Ratis', and
 * {@link LeadershipGate} guards what may follow too early.
 */
final class EarlyElection {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyElection.class);

  /** A voter that takes longer is left out of account. */
  private static final long ANSWER_MILLIS = 250;

  /** Looks in a row that find the leader silent; one alone may come after a pause of our own. */
  private static final int LOOKS = 2;

  /** By how much a voter lets each voter with a smaller id go first when the leader is silent. */
  private static final long TURN_MILLIS = 200;

  /** Who leads, as a follower sees it. */
  private record Following(RaftPeer leader, long term, TermIndex last) {}

  private final RaftServer server;
  private final RatisGroup group;
  private final long silenceMillis;
  private final ExecutorService threads;
  private int silentLooks;
  private long stoodInTerm = -1;

  /**
   * @param silenceMillis a leader that has been silent for this long has failed
   * @param threads may block
   */
  EarlyElection(RaftServer server, RatisGroup group, long silenceMillis, ExecutorService threads) {
    this.server = server;
    this.group = group;
    this.silenceMillis = silenceMillis;
    this.threads = threads;
  }

  /**
   * Asks a voter, whose answer does not matter, what it would be asked before an election.
   *
   * @return false when this replica does not follow a leader right now: another follower would take
   *     the question for a sign that there is none
   */
  boolean getAcquainted(RaftPeerId voter) {
    Optional<Following> following = following();
    if (following.isEmpty() || leaderIsSilent()) {
      return false;
    }
    ask(following.get(), voter)
        .whenComplete((answer, failure) -> LOG.debug("{} is known now", voter, failure));
    return true;
  }

  /** The process that listened on this address has ended. */
  void gone(String address) {
    following()
        .filter(following -> following.leader.getAddress().equals(address))
        .ifPresent(following -> threads.execute(() -> standIfOpen(following, true)));
  }

  /**
   * To be called many times in {@code silenceMillis}, by one thread.
   *
   * @param inTime false when the call is late: it may be us who were silent
   */
  void look(boolean inTime) {
    silentLooks = inTime && leaderIsSilent() ? silentLooks + 1 : 0;
    if (silentLooks >= LOOKS) {
      silentLooks = 0;
      following().ifPresent(following -> threads.execute(() -> standIfOpen(following, false)));
    }
  }

  private boolean leaderIsSilent() {
    if (!group.isOpen() || !group.division().getInfo().isFollower()) {
      return false;
    }
    RoleInfoProto role = group.division().getInfo().getRoleInfoProto();
    FollowerInfoProto following = role.getFollowerInfo();
    // With entries still on their way to the disk here, it is not the leader that is slow.
    long elapsed = following.getLeaderInfo().getLastRpcElapsedTimeMs();
    return following.getOutstandingOp() == 0
        && elapsed >= silenceMillis
        && elapsed >= silenceMillis + turnMillis();
  }

  /** A question that is granted silences whoever granted it, so the voters take turns in asking. */
  private long turnMillis() {
    RaftPeerId leader = group.division().getInfo().getLeaderId();
    return TURN_MILLIS
        * voters().stream()
            .filter(voter -> !voter.getId().equals(leader))
            .filter(voter -> voter.getId().toString().compareTo(group.self().toString()) < 0)
            .count();
  }

  /** Empty unless this replica is a voter that follows a leader and could take its place. */
  private Optional<Following> following() {
    if (!group.isOpen()) {
      return Optional.empty();
    }
    RaftServer.Division division = group.division();
    DivisionInfo info = division.getInfo();
    RaftPeerId leaderId = info.getLeaderId();
    if (!info.isFollower() || leaderId == null || leaderId.equals(group.self())) {
      return Optional.empty();
    }
    RaftPeer leader = division.getRaftConf().getPeer(leaderId);
    TermIndex last = division.getRaftLog().getLastEntryTermIndex();
    boolean voter = division.getRaftConf().getPeer(group.self(), RaftPeerRole.FOLLOWER) != null;
    long term = info.getCurrentTerm();
    // Ratis starts an election on request only for the leader whose entries are here.
    return leader == null || last == null || !voter || last.getTerm() < term
        ? Optional.empty()
        : Optional.of(new Following(leader, term, last));
  }

  private void standIfOpen(Following following, boolean ended) {
    try {
      stand(following, ended);
    } catch (RuntimeException e) {
      if (group.division().getInfo().getLifeCycleState().isRunning()) {
        LOG.warn("group {} cannot stand for election", group.groupId().getUuid(), e);
      }
      // Else it was closed under our hands, and that is all.
    }
  }

  private void stand(Following following, boolean ended) {
    List<RequestVoteReplyProto> answers = ask(following);
    if (ended && answers.size() < voters().size() - 2) {
      // Who does not answer may be about to stand, and two that stand may both lose.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(turnMillis()));
    }
    if (!mayStand(following, answers, ended) || !stillFollowing(following)) {
      return;
    }
    LOG.info(
        "group {}: {} {}: this replica stands for election",
        group.groupId().getUuid(),
        following.leader.getId(),
        ended ? "has ended" : "is silent");
    StartLeaderElectionRequestProto request =
        StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(envelope(following.leader.getId(), group.self()))
            .setLeaderLastEntry(following.last.toProto())
            .build();
    try {
      server.startLeaderElection(request);
    } catch (IOException e) {
      // Stopping, or failed: Ratis' own timeout is no worse off.
      LOG.debug("group {} starts no election", group.groupId(), e);
    }
  }

  private synchronized boolean stillFollowing(Following then) {
    boolean same =
        following()
            .filter(now -> now.term == then.term && now.leader.getId().equals(then.leader.getId()))
            .isPresent();
    if (!same || stoodInTerm == then.term) {
      return false;
    }
    stoodInTerm = then.term;
    return true;
  }

  private boolean mayStand(
      Following following, List<RequestVoteReplyProto> answers, boolean ended) {
    int granted = 1;
    for (RequestVoteReplyProto answer : answers) {
      int compared = TermIndex.valueOf(answer.getLastEntry()).compareTo(following.last);
      String id = answer.getServerReply().getReplyId().toStringUtf8();
      boolean itsTurn =
          compared > 0 || ended && compared == 0 && id.compareTo(group.self().toString()) < 0;
      if (itsTurn || answer.getTerm() > following.term) {
        return false;
      }
      granted += answer.getServerReply().getSuccess() ? 1 : 0;
    }
    return ended || granted > voters().size() / 2;
  }

  private List<RequestVoteReplyProto> ask(Following following) {
    List<CompletableFuture<RequestVoteReplyProto>> asked = new ArrayList<>();
    for (RaftPeer voter : voters()) {
      if (!voter.getId().equals(group.self()) && !voter.getId().equals(following.leader.getId())) {
        asked.add(ask(following, voter.getId()));
      }
    }
    List<RequestVoteReplyProto> answers = new ArrayList<>();
    for (CompletableFuture<RequestVoteReplyProto> question : asked) {
      question
          .handle((answer, failure) -> Optional.ofNullable(answer))
          .join()
          .ifPresent(answers::add);
    }
    return answers;
  }

  private CompletableFuture<RequestVoteReplyProto> ask(Following following, RaftPeerId voter) {
    RequestVoteRequestProto request =
        RequestVoteRequestProto.newBuilder()
            .setServerRequest(envelope(group.self(), voter))
            .setCandidateTerm(following.term)
            .setCandidateLastEntry(following.last.toProto())
            .setPreVote(true)
            .build();
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return server.getServerRpc().requestVote(request);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            threads)
        .orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private List<RaftPeer> voters() {
    return List.copyOf(group.division().getRaftConf().getCurrentPeers(RaftPeerRole.FOLLOWER));
  }

  private RaftRpcRequestProto envelope(RaftPeerId from, RaftPeerId to) {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(from.toByteString())
        .setReplyId(to.toByteString())
        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.groupId().toByteString()))
        .setCallId(group.nextCallId())
        .build();
  }
}
