package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.DurableFile;
import io.btrdb.node.cluster.Identity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Which groups have a replica on this node, in a file of the data folder. A group is written down
 * before its replica is made and struck out after it is deleted: so a log that is missing although
 * its group is on the list is lost, and this node may not go on as the same peer.
 *
 * <pre>
 * file  = crc32c:int32be text
 * text  = "groups 1 " incarnation LF { group SP state LF }         ; UTF-8
 * state = "founding" / "joining" / "held" / "leaving"
 * </pre>
 *
 * <p>Thread-safe.
 */
public final class HeldGroups {
  private static final String HEADER = "groups 1 ";

  /** How far a replica's life has come. */
  public enum State {
    /** To be created as one of a new group's first voters; its log may not be there yet. */
    FOUNDING,
    /** To be created empty, to wait for the group's leader; its log may not be there yet. */
    JOINING,
    /** It has a log, and perhaps a vote. */
    HELD,
    /** It is being deleted; whatever is left of it is to go. */
    LEAVING
  }

  private final DurableFile file;
  private final String incarnation;
  private final Map<GroupId, State> states = new TreeMap<>(HeldGroups::order);
  private final boolean fresh;
  private final boolean foreign;

  private HeldGroups(Path path, String incarnation) {
    this.file = new DurableFile(path);
    this.incarnation = incarnation;
    Optional<byte[]> bytes = file.read();
    this.fresh = bytes.isEmpty();
    this.foreign =
        bytes
            .map(text -> !parse(path, new String(text, StandardCharsets.UTF_8)).equals(incarnation))
            .orElse(false);
  }

  /** The list kept in the data folder; empty when there is none. */
  public static HeldGroups load(Path dataDirectory, Identity self) {
    return new HeldGroups(dataDirectory.resolve("groups"), self.incarnation());
  }

  private static int order(GroupId a, GroupId b) {
    return a.toString().compareTo(b.toString());
  }

  private String parse(Path path, String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).startsWith(HEADER)) {
      throw new IllegalStateException(path + " is not a list of groups this release can read");
    }
    for (String line : lines.subList(1, lines.size())) {
      int space = line.indexOf(' ');
      states.put(
          new GroupId(UUID.fromString(line.substring(0, space))),
          State.valueOf(line.substring(space + 1).toUpperCase(Locale.ROOT)));
    }
    return lines.get(0).substring(HEADER.length());
  }

  /** Whether this data folder had no list yet when it was opened. */
  public boolean isFresh() {
    return fresh;
  }

  /** Whether the list is another incarnation's, whose memory is not this one's. */
  public boolean isForeign() {
    return foreign;
  }

  public synchronized Map<GroupId, State> states() {
    return Map.copyOf(states);
  }

  public synchronized Optional<State> state(GroupId group) {
    return Optional.ofNullable(states.get(group));
  }

  /** Durable when this returns. */
  public void put(GroupId group, State state) {
    putAll(List.of(group), state);
  }

  /** Durable when this returns. */
  public synchronized void putAll(Collection<GroupId> groups, State state) {
    groups.forEach(group -> states.put(group, state));
    store();
  }

  /** Durable when this returns. */
  public synchronized void remove(GroupId group) {
    states.remove(group);
    store();
  }

  private void store() {
    StringBuilder text = new StringBuilder(HEADER).append(incarnation).append('\n');
    states.forEach(
        (group, state) ->
            text.append(group)
                .append(' ')
                .append(state.name().toLowerCase(Locale.ROOT))
                .append('\n'));
    file.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
