package io.btrdb.cli.cluster;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a node's metrics, in Prometheus' text format, say about its shards. */
final class NodeMetrics {
  private final Map<String, Double> samples = new LinkedHashMap<>();

  private NodeMetrics() {}

  static NodeMetrics parse(String text) {
    NodeMetrics metrics = new NodeMetrics();
    text.lines().filter(line -> !line.startsWith("#")).forEach(metrics::add);
    return metrics;
  }

  /** A sample is {@code name value} or {@code name{labels} value}; labels may contain spaces. */
  private void add(String line) {
    int space = line.lastIndexOf(' ');
    String value = line.substring(space + 1);
    if (space > 0 && value.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?")) {
      samples.put(line.substring(0, space), Double.valueOf(value));
    }
  }

  /** The samples of the shards that the node holds, in the order of the shards. */
  private Map<Integer, Double> ofShards(String name) {
    Pattern pattern = Pattern.compile("btrdb_replica_" + name + "\\{group=\"shard-(\\d+)\"\\}");
    Map<Integer, Double> values = new TreeMap<>();
    samples.forEach(
        (sample, value) -> {
          var match = pattern.matcher(sample);
          if (match.matches()) {
            values.put(Integer.valueOf(match.group(1)), value);
          }
        });
    return values;
  }

  /** Megabytes that are logged and not in the trees yet, for people; empty when not told. */
  Optional<String> backlog() {
    Map<Integer, Double> bytes = ofShards("backlog_bytes");
    double sum = bytes.values().stream().mapToDouble(Double::doubleValue).sum();
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "%.1f MB", sum / (1 << 20)));
  }

  /** How far each shard's log is applied, as {@code 0:252 1:102}; empty when not told. */
  Optional<String> applied() {
    Map<Integer, Double> indexes = ofShards("applied_index");
    return indexes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            indexes.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue().longValue())
                .collect(Collectors.joining(" ")));
  }
}
