package io.btrdb.cli.cluster;

import java.util.ArrayList;
import java.util.List;

/** Java options of a node. */
public final class JvmOptions {
  /** Three nodes and a client fit on a machine with 8 GB. */
  public static final String DEFAULT_HEAP = "1g";

  private JvmOptions() {}

  /**
   * The options for the Java that runs this program, which runs the nodes, too.
   *
   * @param heap as {@code -Xmx} takes it, {@code 512m} or {@code 2g}
   */
  public static List<String> of(String heap) {
    if (!heap.matches("[1-9]\\d*[kKmMgG]")) {
      throw new ClusterProblem("'" + heap + "' is no heap size: write 512m or 2g");
    }
    int release = Runtime.version().feature();
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heap);
    // What remains of a node without memory answers late or wrongly; its neighbours take over.
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("--enable-native-access=ALL-UNNAMED");
    if (release >= 23) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    if (release >= 25) {
      options.add("-XX:+UseCompactObjectHeaders");
    }
    return options;
  }
}
