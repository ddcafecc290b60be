package io.btrdb.cli.verb;

import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.StreamName;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** The streams that a verb is about, one or more. */
final class StreamArguments {
  @Parameters(
      arity = "1..*",
      paramLabel = "STREAM",
      converter = Converters.Stream.class,
      description = "Streams: UUID or collection/name.")
  private List<StreamName> names;

  /**
   * The streams themselves by name, in the order in which they were named.
   *
   * @throws io.btrdb.cli.terminal.CommandFailed when one of them does not exist
   */
  Map<StreamName, BtrdbStream> resolve(Btrdb db) {
    return ConnectionOptions.resolve(db, names);
  }
}
