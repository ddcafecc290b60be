package io.btrdb.node.control;

import io.btrdb.placement.coordination.LeaderHint;
import io.btrdb.placement.plan.TransferLeader;
import io.btrdb.placement.plan.Why;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who leads what, since when, and how it is handed on. Used by the controller's thread. */
final class Leaders {
  private static final Logger LOG = LoggerFactory.getLogger(Leaders.class);

  /**
   * A cluster that has just started or lost a node elects for a while; that is let come to rest.
   */
  private static final long CALM_MILLIS = 10_000;

  /**
   * Rates are means of a minute, and count what a replica reads again from its log after a start:
   * they are trusted when nobody can have started within that minute.
   */
  private static final long SETTLED_MILLIS = 120_000;

  /** Nor is a transfer that did not work repeated sooner. */
  private static final long AGAIN_MILLIS = 5_000;

  private record Reign(Optional<String> peer, long term, long sinceMillis) {}

  private final MapStore store;
  private final Peers peers;
  private final LongSupplier millis;
  private final Map<String, Reign> reigns = new HashMap<>();
  private final Map<String, Long> asked = new HashMap<>();
  private List<LeaderHint> hinted = List.of();

  Leaders(MapStore store, Peers peers, LongSupplier millis) {
    this.store = store;
    this.peers = peers;
    this.millis = millis;
  }

  /** Takes note of who leads. */
  void look(Picture picture) {
    for (Picture.Group group : picture.groups()) {
      Optional<String> peer = group.leader().map(Picture.Member::peer);
      Reign known = reigns.get(group.id());
      if (known == null || !known.peer().equals(peer) || known.term() != group.term()) {
        reigns.put(group.id(), new Reign(peer, group.term(), millis.getAsLong()));
      }
    }
  }

  /** Hands a group over; for the mere sake of balance only after a while of calm everywhere. */
  void transfer(TransferLeader step, Picture picture) {
    long now = millis.getAsLong();
    if ((step.why() != Why.DRAIN && !haveReigned(CALM_MILLIS))
        || now - asked.getOrDefault(step.group(), now - AGAIN_MILLIS) < AGAIN_MILLIS) {
      return;
    }
    Picture.Group group = picture.group(step.group()).orElseThrow();
    Optional<String> to = group.member(step.to(), false).map(Picture.Member::peer);
    if (to.isEmpty() || group.leader().isEmpty()) {
      return;
    }
    asked.put(step.group(), now);
    LOG.info(
        "{}: is to be led by {} instead of {}, because {}",
        group.founding().name(),
        step.to(),
        step.from(),
        step.why().sentence());
    peers
        .transfer(group.leader().get().node(), step.group(), to.get())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.info("{} was not handed over: {}", group.founding().name(), failure.toString());
              }
            });
  }

  /** Whether leaders have been the same for so long that what they carry is known. */
  boolean areSettled() {
    return haveReigned(SETTLED_MILLIS);
  }

  private boolean haveReigned(long sinceMillis) {
    long now = millis.getAsLong();
    return reigns.values().stream()
        .allMatch(reign -> reign.peer().isPresent() && now - reign.sinceMillis() >= sinceMillis);
  }

  /** Tells ZooKeeper, when something has changed. */
  void hint(Picture picture) {
    List<LeaderHint> hints =
        picture.groups().stream()
            .filter(group -> group.leader().isPresent())
            .map(g -> new LeaderHint(g.id(), g.term(), g.leader().get().node()))
            .toList();
    if (!hints.equals(hinted)) {
      hinted = hints;
      store
          .hint(hints)
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  LOG.debug("the leader hints were not written", failure);
                }
              });
    }
  }
}
