package io.btrdb.node.replica;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.JoinRequest;
import io.btrdb.api.cluster.JoinResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.cluster.PeerChannels;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a new incarnation back into the groups of the old one. Which these are the groups'
 * leaders tell: those that count an older incarnation of this node among their voters. This node
 * makes an empty replica of each and asks the leader again and again until it has the old one's
 * place. Thread-safe.
 */
public final class Rejoining {
  private static final Logger LOG = LoggerFactory.getLogger(Rejoining.class);
  private static final long ROUND_MILLIS = 500;
  private static final long CALL_TIMEOUT_MILLIS = 30_000;
  private static final Duration FRESH = Duration.ofSeconds(3);

  private final Identity self;
  private final NodeDirectory directory;
  private final Hosting hosting;
  private final PeerChannels channels;
  private final Executor workers;
  private final BooleanSupplier othersAsked;
  private volatile boolean looked;

  /** Groups to come back to, each with its leader's node. */
  private final Map<GroupId, String> wanted = new ConcurrentHashMap<>();

  private final Set<GroupId> asking = ConcurrentHashMap.newKeySet();
  private final Map<GroupId, String> last = new ConcurrentHashMap<>();

  /**
   * @param othersAsked whether the other nodes have been asked once what they have
   */
  public Rejoining(
      Identity self,
      NodeDirectory directory,
      Hosting hosting,
      PeerChannels channels,
      Executor workers,
      BooleanSupplier othersAsked) {
    this.othersAsked = othersAsked;
    this.self = self;
    this.directory = directory;
    this.hosting = hosting;
    this.channels = channels;
    this.workers = workers;
  }

  public void start(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(this::round, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Groups in which this node has yet to take its older incarnation's place. */
  public Set<GroupId> wanted() {
    return Set.copyOf(wanted.keySet());
  }

  /** Whether {@link #wanted} rests on what the others said. */
  public boolean hasLooked() {
    return looked;
  }

  private void round() {
    boolean asked = othersAsked.getAsBoolean();
    for (HelloResponse hello : directory.heardWithin(FRESH)) {
      hello.getGroupsList().stream()
          // Others may not have heard of the newest change yet.
          .filter(state -> state.getRole().equals("LEADER") && state.getReady())
          .forEach(state -> heed(hello.getNodeId(), state));
    }
    looked |= asked;
    wanted.forEach(
        (group, leader) -> {
          if (asking.add(group)) {
            workers.execute(() -> comeBack(group, leader));
          }
        });
  }

  private void heed(String leader, GroupState state) {
    GroupId group = new GroupId(UUID.fromString(state.getGroup()));
    boolean succeeds =
        state.getMembersList().stream()
            .filter(member -> !member.getListener())
            .map(member -> member.getPeer())
            .anyMatch(
                peer ->
                    Identity.nodeOf(peer).equals(self.node()) && !peer.equals(self.peer().value()));
    if (succeeds) {
      wanted.put(group, leader);
    } else {
      wanted.remove(group);
    }
  }

  private void comeBack(GroupId group, String leader) {
    try {
      Optional<String> refused = hosting.host(group, false);
      if (refused.isPresent()) {
        note(group, leader, refused.get());
        asking.remove(group);
        return;
      }
    } catch (RuntimeException e) {
      note(group, leader, "no replica can be made here: " + e.getMessage());
      asking.remove(group);
      return;
    }
    JoinRequest request =
        JoinRequest.newBuilder()
            .setGroup(group.toString())
            .setNodeId(self.node())
            .setPeer(self.peer().value())
            .setAddress(hosting.address())
            .build();
    channels
        .call(leader, PeerGrpc.getJoinMethod(), request, CALL_TIMEOUT_MILLIS)
        .whenComplete(
            (answer, failure) -> {
              note(group, leader, failure != null ? failure.getMessage() : heed(group, answer));
              asking.remove(group);
            });
  }

  private String heed(GroupId group, JoinResponse answer) {
    if (answer.getState() == JoinResponse.State.VOTER) {
      wanted.remove(group);
    }
    return answer.getState() + (answer.getDetail().isEmpty() ? "" : ", " + answer.getDetail());
  }

  private void note(GroupId group, String leader, String news) {
    if (!news.equals(last.put(group, news))) {
      LOG.info("joining group {} at {}: {}", group, leader, news);
    }
  }
}
