package io.btrdb.cli.admin;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.cli.output.Format;
import io.btrdb.cli.output.Rows;
import io.btrdb.node.http.ClusterHealth;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A whole status as lines of text: whose it is, whether it is well, nodes, moves, notes and ranges.
 * Where there are many ranges, only those that are not as they should be.
 */
final class StatusText {
  private static final int RANGES_MAX = 32;
  private static final int BAR = 16;

  private final ClusterStatus status;
  private final ClusterHealth health;
  private final boolean colours;
  private final List<String> lines = new ArrayList<>();

  private StatusText(ClusterStatus status, boolean colours) {
    this.status = status;
    this.health = ClusterHealth.of(status);
    this.colours = colours;
  }

  static List<String> of(ClusterStatus status, boolean colours) {
    StatusText text = new StatusText(status, colours);
    text.title();
    text.health();
    text.table(ClusterTables.NODES, tables -> tables.nodes(status));
    text.moves();
    text.notes();
    text.ranges();
    return text.lines;
  }

  private void title() {
    long rate = status.getGroupsList().stream().mapToLong(GroupStatus::getPointsRate).sum();
    List<String> words = new ArrayList<>();
    words.add(status.getClusterName());
    words.add("asked " + status.getAnsweredBy());
    words.add("controller " + (status.getController().isEmpty() ? "none" : status.getController()));
    if (!status.getZooKeeper().isEmpty()) {
      words.add("ZooKeeper " + status.getZooKeeper());
    }
    words.add(Amounts.rate(rate) + " points/s in");
    lines.add(String.join("  ·  ", words));
  }

  private void health() {
    List<ClusterHealth.Finding> findings = health.findings();
    if (health.isGood()) {
      lines.add(paint(32, "✓ All good"));
    }
    for (ClusterHealth.Finding finding : findings) {
      lines.add(
          switch (finding.level()) {
            case GOOD, NOTE -> "· " + finding.text();
            case WARNING -> paint(33, "! " + finding.text());
            case CRITICAL -> paint(31, "✕ " + finding.text());
          });
    }
  }

  private String paint(int colour, String line) {
    return colours ? "\u001b[1;" + colour + "m" + line + "\u001b[0m" : line;
  }

  private void table(String[] columns, Consumer<ClusterTables> content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Rows rows = Rows.open(Format.TABLE, null, out, List.of(columns))) {
      content.accept(new ClusterTables(rows, true));
    }
    lines.add("");
    out.toString(StandardCharsets.UTF_8).lines().map(String::stripTrailing).forEach(lines::add);
  }

  private void moves() {
    if (status.getMovesCount() > 0) {
      lines.add("");
      lines.add("MOVES");
    }
    for (MoveStatus move : status.getMovesList()) {
      lines.add(line(move));
    }
  }

  private static String line(MoveStatus move) {
    StringBuilder line = new StringBuilder(Placement.pathOf(move)).append("  ");
    if (move.getStartedMillis() == 0) {
      return line.append("waits  ").append(move.getWhy()).toString();
    }
    if (move.getTotalBytes() > 0) {
      int percent = Amounts.percent(move.getDoneBytes(), move.getTotalBytes());
      int full = percent * BAR / 100;
      line.append("█".repeat(full)).append("░".repeat(BAR - full));
      line.append(' ').append(percent).append(" %  ");
    }
    line.append(move.getStep());
    if (move.getLagEntries() > 0) {
      line.append(", ").append(move.getLagEntries()).append(" entries behind");
    }
    long millis = System.currentTimeMillis() - move.getStartedMillis();
    return line.append(", ")
        .append(Amounts.span(millis))
        .append("  ")
        .append(move.getWhy())
        .toString();
  }

  private void notes() {
    if (status.getNotesCount() > 0) {
      lines.add("");
      lines.add("NOTES");
      lines.addAll(status.getNotesList());
    }
  }

  private void ranges() {
    if (status.getGroupsCount() == 0) {
      return;
    }
    if (status.getGroupsCount() <= RANGES_MAX) {
      table(ClusterTables.RANGES, tables -> tables.ranges(status, group -> true));
      return;
    }
    long odd = status.getGroupsList().stream().filter(this::isOdd).count();
    if (odd > 0) {
      table(ClusterTables.RANGES, tables -> tables.ranges(status, this::isOdd));
    }
    long well = status.getGroupsCount() - odd;
    lines.add("");
    lines.add(well + (odd > 0 ? " more" : "") + " ranges are well: btrdb cluster ranges");
  }

  private boolean isOdd(GroupStatus group) {
    return group.getLeader().isEmpty()
        || group.getMembersCount() != status.getReplication()
        || group.getMembersList().stream().anyMatch(StatusText::isOdd);
  }

  private static boolean isOdd(MemberStatus member) {
    return !member.getHealthy()
        || member.getListener()
        || member.getLagEntries() >= ClusterHealth.LAGGING_ENTRIES;
  }
}
