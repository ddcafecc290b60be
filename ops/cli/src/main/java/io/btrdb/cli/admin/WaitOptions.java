package io.btrdb.cli.admin;

import io.btrdb.cli.text.Converters;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether and how long to wait until a change is done. */
final class WaitOptions {
  @Option(
      names = "--wait",
      description =
          "Return when it is done, and show meanwhile how far it is. Ctrl-C ends only the waiting.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Converters.Length.class,
      description =
          "Wait no longer than this, then exit with 1; the change goes on. Default: for ever.")
  private Duration timeout;

  boolean wanted() {
    return wait || timeout != null;
  }

  Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }
}
