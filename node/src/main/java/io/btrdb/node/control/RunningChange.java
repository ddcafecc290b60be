package io.btrdb.node.control;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.placement.plan.ReplicaStep;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one change of one group: a replica is hosted at the target, then the group's leader is
 * asked to change its configuration until that configuration says the step is done. Keeps nothing
 * that another controller would need. Thread-safe.
 */
final class RunningChange {
  private static final Logger LOG = LoggerFactory.getLogger(RunningChange.class);

  private final ReplicaStep step;
  private final Peers peers;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile String last = "";

  RunningChange(ReplicaStep step, Peers peers) {
    this.step = step;
    this.peers = peers;
  }

  ReplicaStep step() {
    return step;
  }

  /** Whether the group's real configuration is what the step leads to. */
  static boolean isDone(ReplicaStep step, Picture.Group group) {
    boolean arrived =
        step.target().isEmpty() || group.member(step.target().get(), false).isPresent();
    boolean left = step.source().filter(group::isOn).isEmpty();
    return group.leader().isPresent() && arrived && left;
  }

  /** Asks for the next bit, unless an answer is still awaited. */
  void advance(Picture.Group group, long epoch) {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    if (group.leader().isEmpty()) {
      asking.set(false);
      return;
    }
    ask(group, epoch)
        .whenComplete(
            (text, failure) -> {
              heed(group.founding().name(), failure == null ? text : explain(failure));
              asking.set(false);
            });
  }

  /** Each answer once. */
  private void heed(String name, String answer) {
    if (!answer.equals(last)) {
      last = answer;
      LOG.info("{}: {}", name, answer);
    }
  }

  private CompletableFuture<String> ask(Picture.Group group, long epoch) {
    ChangeRequest.Builder request = ChangeRequest.newBuilder().setGroup(group.id()).setEpoch(epoch);
    leaving(group).ifPresent(member -> request.setRemovePeer(member.peer()));
    String leader = group.leader().orElseThrow().node();
    if (step.target().isEmpty()) {
      return change(leader, request);
    }
    return peers
        .host(step.target().get(), group.id())
        .thenCompose(
            hosted ->
                hosted.getAccepted()
                    ? change(
                        leader,
                        request.setAddPeer(hosted.getPeer()).setAddAddress(hosted.getAddress()))
                    : CompletableFuture.completedFuture(
                        step.target().get() + " does not take it: " + hosted.getReason()));
  }

  /** The voter on the source; where there is none, the listener. */
  private Optional<Picture.Member> leaving(Picture.Group group) {
    return step.source()
        .flatMap(
            source -> {
              Optional<Picture.Member> voter = group.member(source, false);
              return voter.isPresent() ? voter : group.member(source, true);
            });
  }

  private CompletableFuture<String> change(String leader, ChangeRequest.Builder request) {
    if (request.getAddPeer().isEmpty() && request.getRemovePeer().isEmpty()) {
      return CompletableFuture.completedFuture("done");
    }
    return peers.change(leader, request.build()).thenApply(RunningChange::explain);
  }

  private static String explain(ChangeResponse answer) {
    return switch (answer.getState()) {
      case DONE -> "done";
      case CATCHING_UP -> "catching up";
      case NOT_LEADER -> "the leader has changed";
      case REFUSED -> "refused: " + answer.getDetail();
      case WAIT, UNRECOGNIZED -> answer.getDetail().isEmpty() ? "waits" : answer.getDetail();
    };
  }

  private static String explain(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return "no answer: " + cause.getMessage();
  }
}
