package io.btrdb.node.cluster;

import io.btrdb.api.cluster.FormRequest;
import io.btrdb.api.cluster.FormResponse;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node finds its cluster. With a founding record in its data folder it has one. Otherwise it
 * asks the other members: when one belongs to a cluster, this node belongs to it too; when all of
 * them answer and none does, the one with the smallest id founds it. So a node that lost its folder
 * can never found a second cluster beside a living one: it would have to reach every member and
 * find all of them empty.
 */
public final class Formation {
  private static final Logger LOG = LoggerFactory.getLogger(Formation.class);
  private static final long ROUND_MILLIS = 250;
  private static final long CALL_TIMEOUT_MILLIS = 2_000;

  private final NodeConfig config;
  private final Identity self;
  private final PeerChannels channels;
  private final Progress progress;
  private Optional<FoundingRecord> founding;

  public Formation(NodeConfig config, Identity self, PeerChannels channels, Progress progress) {
    this.config = config;
    this.self = self;
    this.channels = channels;
    this.progress = progress;
    this.founding = FoundingRecord.load(config.dataDirectory());
    founding.ifPresent(this::checkName);
  }

  /** The record of the cluster this node belongs to, once it does. Any thread. */
  public synchronized Optional<FoundingRecord> founding() {
    return founding;
  }

  /** Blocks until this node belongs to a cluster. */
  public FoundingRecord await() throws InterruptedException {
    while (true) {
      Optional<FoundingRecord> known = founding();
      if (known.isPresent()) {
        return known.get();
      }
      Map<String, HelloResponse> answers = ask();
      Optional<HelloResponse> member =
          answers.values().stream().filter(a -> !a.getClusterId().isEmpty()).findFirst();
      if (member.isPresent()) {
        adopt(FoundingRecord.of(member.get().getFounding()));
      } else if (answers.size() == config.members().size() - 1 && isSmallest()) {
        found(answers);
      } else {
        progress.waitingFor(waitingFor(answers));
        Thread.sleep(ROUND_MILLIS);
      }
    }
  }

  /** The founding node asks this one to take part. */
  public synchronized FormResponse form(FormRequest request) {
    if (founding.isPresent()) {
      boolean same = founding.get().form().equals(request);
      return FormResponse.newBuilder()
          .setAccepted(same)
          .setReason(same ? "" : "this node belongs to cluster " + founding.get().cluster())
          .build();
    }
    FoundingRecord record = FoundingRecord.of(request);
    if (!record.isFounder(self)) {
      return FormResponse.newBuilder()
          .setReason("the record names another incarnation of " + self.node())
          .build();
    }
    adopt(record);
    return FormResponse.newBuilder().setAccepted(true).build();
  }

  private synchronized void adopt(FoundingRecord record) {
    if (founding.isEmpty()) {
      checkName(record);
      record.store(config.dataDirectory());
      founding = Optional.of(record);
      LOG.info("belongs to cluster {} ({})", record.form().getClusterName(), record.cluster());
    }
  }

  private void checkName(FoundingRecord record) {
    if (!record.form().getClusterName().equals(config.cluster())) {
      throw new IllegalStateException(
          "this node is configured for cluster '"
              + config.cluster()
              + "' but its data or its members belong"
              + " to cluster '"
              + record.form().getClusterName()
              + "'; correct 'cluster' or 'members'");
    }
  }

  private void found(Map<String, HelloResponse> answers) throws InterruptedException {
    List<PeerState> members = new ArrayList<>();
    for (Member member : config.members()) {
      String peer =
          member.node().equals(self.node())
              ? self.peer().value()
              : new Identity(member.node(), answers.get(member.node()).getIncarnation())
                  .peer()
                  .value();
      members.add(PeerState.newBuilder().setPeer(peer).setAddress(member.raft()).build());
    }
    FoundingRecord record = FoundingRecord.draw(config, UUID.randomUUID(), members);
    // Stored before anyone else hears of it: if this node dies now, the record is found again here.
    adopt(record);
    for (Member member : others()) {
      invite(member, record);
    }
  }

  /** Once; a member that misses it adopts the record when it next says hello. */
  private void invite(Member member, FoundingRecord record) throws InterruptedException {
    try {
      FormResponse reply =
          channels
              .call(member.node(), PeerGrpc.getFormMethod(), record.form(), CALL_TIMEOUT_MILLIS)
              .get();
      if (!reply.getAccepted()) {
        LOG.warn("{} does not take part in the new cluster: {}", member.node(), reply.getReason());
      }
    } catch (java.util.concurrent.ExecutionException e) {
      LOG.info(
          "{} will learn of the new cluster later: {}", member.node(), e.getCause().getMessage());
    }
  }

  private boolean isSmallest() {
    return config.members().stream().allMatch(m -> self.node().compareTo(m.node()) <= 0);
  }

  private List<Member> others() {
    return config.members().stream().filter(m -> !m.node().equals(self.node())).toList();
  }

  private Map<String, HelloResponse> ask() throws InterruptedException {
    Map<String, CompletableFuture<HelloResponse>> calls = new TreeMap<>();
    for (Member member : others()) {
      calls.put(
          member.node(),
          channels.call(
              member.node(),
              PeerGrpc.getHelloMethod(),
              HelloRequest.newBuilder()
                  .setNodeId(self.node())
                  .setIncarnation(self.incarnation())
                  .setClusterName(config.cluster())
                  .build(),
              CALL_TIMEOUT_MILLIS));
    }
    Map<String, HelloResponse> answers = new TreeMap<>();
    for (Map.Entry<String, CompletableFuture<HelloResponse>> call : calls.entrySet()) {
      try {
        HelloResponse answer = call.getValue().get();
        if (!answer.getClusterName().equals(config.cluster())) {
          progress.waitingFor(
              call.getKey()
                  + " belongs to cluster '"
                  + answer.getClusterName()
                  + "', not '"
                  + config.cluster()
                  + "'; check 'cluster' and 'members' on both");
          continue;
        }
        answers.put(call.getKey(), answer);
      } catch (java.util.concurrent.ExecutionException e) {
        LOG.debug("{} does not answer yet", call.getKey(), e);
      }
    }
    return answers;
  }

  private String waitingFor(Map<String, HelloResponse> answers) {
    List<String> missing =
        others().stream()
            .filter(m -> !answers.containsKey(m.node()))
            .map(m -> m.node() + " at " + m.grpc())
            .toList();
    return missing.isEmpty()
        ? "waiting for the node with the smallest id to found the cluster"
        : "waiting for " + String.join(", ", missing) + " before the cluster can be formed";
  }
}
