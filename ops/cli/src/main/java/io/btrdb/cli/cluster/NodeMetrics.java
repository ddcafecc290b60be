package io.btrdb.cli.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A node's metrics in Prometheus' text format, of which the sums over all labels are of interest.
 */
final class NodeMetrics {
  private final Map<String, Double> sums = new LinkedHashMap<>();

  private NodeMetrics() {}

  static NodeMetrics parse(String text) {
    NodeMetrics metrics = new NodeMetrics();
    text.lines().filter(line -> !line.startsWith("#")).forEach(metrics::add);
    return metrics;
  }

  /** A sample is {@code name value} or {@code name{labels} value}; labels may contain spaces. */
  private void add(String line) {
    int space = line.lastIndexOf(' ');
    if (space < 0) {
      return;
    }
    int brace = line.indexOf('{');
    String name = line.substring(0, brace < 0 ? space : brace);
    try {
      sums.merge(name, Double.valueOf(line.substring(space + 1)), Double::sum);
    } catch (NumberFormatException e) {
      // Not a sample: a later version of the format has other lines, too.
      sums.putIfAbsent(name, 0.0);
    }
  }

  /** The sum of a metric over all labels; empty when the node has none of the name. */
  Optional<Double> sum(String name) {
    return Optional.ofNullable(sums.get(name));
  }

  /** Logged points that are not in the trees yet, for people. */
  Optional<String> backlog() {
    return sum("btrdb_shard_backlog_bytes")
        .map(bytes -> String.format("%.1f MB", bytes / (1 << 20)));
  }
}
