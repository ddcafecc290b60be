package io.btrdb.cli.verb;

import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.StreamName;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import picocli.CommandLine.Parameters;

/** The stream that a verb is about; the first word after it. */
final class StreamArgument {
  @Parameters(
      index = "0",
      paramLabel = "STREAM",
      converter = Converters.Stream.class,
      description = "The stream: its UUID or collection/name.")
  private StreamName name;

  /**
   * The stream itself.
   *
   * @throws io.btrdb.cli.terminal.CommandFailed when there is none of that name
   */
  BtrdbStream resolve(Btrdb db) {
    return ConnectionOptions.resolve(db, name);
  }

  /** As the user wrote it. */
  @Override
  public String toString() {
    return name.toString();
  }
}
