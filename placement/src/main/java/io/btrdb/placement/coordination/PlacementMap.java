package io.btrdb.placement.coordination;

import io.btrdb.placement.plan.AddReplica;
import io.btrdb.placement.plan.MoveReplica;
import io.btrdb.placement.plan.RemoveReplica;
import io.btrdb.placement.plan.ReplicaStep;
import io.btrdb.placement.plan.Why;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the controller has seen and wants: one document, so that it changes as a whole. Kept in
 * {@code placement}; only the controller writes it, each time from the version it has read, and
 * every node keeps a copy in its data folder, from which an empty ZooKeeper is filled again.
 *
 * <pre>
 * map   = "btrdb placement 1" LF
 *         "revision" SP number LF
 *         { drain } { group } { move }
 * drain = "drain" SP node LF
 * group = "group" SP group SP first-slot SP slot-count SP epoch { SP node } LF
 * move  = "move" SP group SP from SP to SP why SP started LF
 * </pre>
 *
 * Numbers are decimal; {@code node} is a node's id; {@code group} a Raft group's UUID; the catalog
 * has slot-count 0; {@code from} and {@code to} are nodes or {@code *} for none; {@code why} is a
 * name of {@link Why}, and one that this release does not know counts as {@link Why#BALANCE};
 * {@code started} is in milliseconds since 1970. Lines of other kinds are skipped.
 *
 * @param revision grows with every write
 * @param draining nodes that are to hold nothing
 * @param groups a mirror of the groups' real configurations
 * @param moves changes begun and not finished; a new controller goes on with them
 */
public record PlacementMap(
    long revision, Set<String> draining, List<Group> groups, List<Move> moves) {
  private static final String HEADER = "btrdb placement 1";
  private static final String NONE = "*";

  /** Nothing known yet. */
  public static final PlacementMap EMPTY = new PlacementMap(0, Set.of(), List.of(), List.of());

  /**
   * @param epoch of its placement; never lowered
   * @param voters nodes, sorted
   */
  public record Group(String id, int firstSlot, int slotCount, long epoch, List<String> voters) {
    public Group {
      voters = List.copyOf(voters);
    }
  }

  /** A change under way and when it began, in milliseconds since 1970. */
  public record Move(ReplicaStep step, long startedMillis) {}

  public PlacementMap {
    draining = Set.copyOf(draining);
    groups = List.copyOf(groups);
    moves = List.copyOf(moves);
  }

  public Optional<Group> group(String id) {
    return groups.stream().filter(group -> group.id().equals(id)).findFirst();
  }

  /** The next revision with other contents. */
  public PlacementMap next(Set<String> draining, List<Group> groups, List<Move> moves) {
    return new PlacementMap(revision + 1, draining, groups, moves);
  }

  /** Whether two maps say the same, whenever they were written. */
  public boolean sameAs(PlacementMap other) {
    return draining.equals(other.draining)
        && groups.equals(other.groups)
        && moves.equals(other.moves);
  }

  /** The document of the grammar above. */
  public byte[] encode() {
    StringBuilder text = new StringBuilder(HEADER).append("\nrevision ").append(revision);
    text.append('\n');
    new TreeSet<>(draining).forEach(node -> text.append("drain ").append(node).append('\n'));
    for (Group group : groups) {
      text.append(
          "group %s %d %d %d".formatted(group.id, group.firstSlot, group.slotCount, group.epoch));
      group.voters.forEach(node -> text.append(' ').append(node));
      text.append('\n');
    }
    for (Move move : moves) {
      ReplicaStep step = move.step();
      text.append(
          "move %s %s %s %s %d\n"
              .formatted(
                  step.group(),
                  step.source().orElse(NONE),
                  step.target().orElse(NONE),
                  step.why(),
                  move.startedMillis()));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException if the bytes are not of the grammar
   */
  public static PlacementMap decode(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(HEADER)) {
      throw new IllegalArgumentException("not a placement map: " + lines[0]);
    }
    long revision = 0;
    Set<String> draining = new TreeSet<>();
    List<Group> groups = new ArrayList<>();
    List<Move> moves = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "revision" -> revision = Long.parseLong(word(words, 1));
        case "drain" -> draining.add(word(words, 1));
        case "group" -> groups.add(group(words));
        case "move" -> moves.add(move(words));
        default -> {}
      }
    }
    return new PlacementMap(revision, draining, groups, moves);
  }

  private static Group group(String[] words) {
    return new Group(
        word(words, 1),
        Integer.parseInt(word(words, 2)),
        Integer.parseInt(word(words, 3)),
        Long.parseLong(word(words, 4)),
        Arrays.stream(words).skip(5).collect(Collectors.toList()));
  }

  private static Move move(String[] words) {
    String group = word(words, 1);
    String from = word(words, 2);
    String to = word(words, 3);
    Why why = why(word(words, 4));
    ReplicaStep step;
    if (from.equals(NONE)) {
      step = new AddReplica(group, to, why);
    } else if (to.equals(NONE)) {
      step = new RemoveReplica(group, from, why);
    } else {
      step = new MoveReplica(group, from, to, why);
    }
    return new Move(step, Long.parseLong(word(words, 5)));
  }

  private static Why why(String name) {
    return Arrays.stream(Why.values())
        .filter(why -> why.name().equals(name))
        .findFirst()
        .orElse(Why.BALANCE);
  }

  private static String word(String[] words, int index) {
    if (index >= words.length) {
      throw new IllegalArgumentException("too short: " + String.join(" ", words));
    }
    return words[index];
  }
}
