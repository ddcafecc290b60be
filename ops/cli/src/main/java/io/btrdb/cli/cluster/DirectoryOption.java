package io.btrdb.cli.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a local cluster lives; an option of every verb that drives one. */
public final class DirectoryOption {
  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description = "The cluster's folder. Default: $BTRDB_DIR, or data/ beside the btrdb script.")
  private Path directory;

  /** The option for another command on the same cluster; nothing when it was left out. */
  String hint() {
    return directory == null ? "" : " --dir '" + directory + "'";
  }

  public Path get() {
    if (directory != null) {
      return directory.toAbsolutePath().normalize();
    }
    String variable = System.getenv("BTRDB_DIR");
    if (variable != null && !variable.isBlank()) {
      return Path.of(variable).toAbsolutePath().normalize();
    }
    return Path.of(System.getProperty("btrdb.home", ""), "data").toAbsolutePath().normalize();
  }
}
