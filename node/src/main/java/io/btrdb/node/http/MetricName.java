package io.btrdb.node.http;

/**
 * Names of metrics with labels, as keys of a Dropwizard registry, which itself knows no labels:
 * {@code name{key="value",...}}, the values escaped as in Prometheus' text format.
 */
public final class MetricName {
  private MetricName() {}

  /**
   * @param labels keys and values in turn; a key is {@code [a-zA-Z_][a-zA-Z0-9_]*}
   */
  public static String of(String name, String... labels) {
    if (labels.length % 2 != 0) {
      throw new IllegalArgumentException("labels come in pairs, these are " + labels.length);
    }
    if (labels.length == 0) {
      return name;
    }
    StringBuilder out = new StringBuilder(name).append('{');
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i].matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
        throw new IllegalArgumentException("not the key of a label: " + labels[i]);
      }
      out.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
      out.append(escape(labels[i + 1])).append('"');
    }
    return out.append('}').toString();
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
