package io.btrdb.cli.verb;

import io.btrdb.client.BtrdbStream;
import io.btrdb.client.StreamView;
import picocli.CommandLine.Option;

/** Which state of a stream to read. */
final class VersionOption {
  @Option(
      names = "--at",
      paramLabel = "VERSION",
      defaultValue = "0",
      description = "Read this version instead of the latest; see 'btrdb version'.")
  private long major;

  StreamView of(BtrdbStream stream) {
    return major == 0 ? stream.latest() : stream.at(major);
  }
}
