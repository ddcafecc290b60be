package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.StreamName;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Credentials;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster to talk to; the options of every verb that does. */
public final class ConnectionOptions {
  public static final String DEFAULT_ENDPOINTS = "127.0.0.1:4410,127.0.0.1:4420,127.0.0.1:4430";

  @Option(
      names = {"-e", "--endpoint"},
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Some nodes of the cluster; the others are found. Default: $BTRDB_ENDPOINTS, those of the"
              + " profile, or the three nodes of 'btrdb up'.")
  private String[] named;

  @Mixin private CredentialOptions credentials = new CredentialOptions();

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = Converters.Length.class,
      description = "How long a call may take, with all retries. Default: ${DEFAULT-VALUE}.")
  private Duration deadline = Duration.ofSeconds(30);

  /** Addresses of nodes, as given. */
  public List<String> addresses() {
    return endpoints();
  }

  /** How to prove oneself to the nodes, and how to know them. */
  public Credentials credentials() {
    return credentials.credentials();
  }

  /**
   * Connects.
   *
   * @throws CommandFailed when no endpoint answers, naming those that were tried
   */
  public Btrdb connect() {
    try {
      return Btrdb.builder()
          .endpoints(endpoints().toArray(String[]::new))
          .deadline(deadline)
          .credentials(credentials())
          .connect();
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(ExitCode.USAGE, e.getMessage(), e);
    } catch (BtrdbException e) {
      if (e.getMessage().contains("UNAUTHENTICATED")) {
        throw new CommandFailed(ExitCode.FAILED, e.getMessage() + CredentialOptions.HINT, e);
      }
      throw unreachable(e.getMessage(), e);
    }
  }

  /** The nodes to try, in turn, each {@code host:port}. */
  public List<String> endpoints() {
    if (named != null) {
      return List.of(named);
    }
    String found =
        Optional.ofNullable(System.getenv("BTRDB_ENDPOINTS"))
            .filter(text -> !text.isBlank())
            .or(() -> credentials.profile().map(Profile::endpoints))
            .orElse(DEFAULT_ENDPOINTS);
    return List.of(found.split(","));
  }

  /** How long a call may take. */
  public Duration deadline() {
    return deadline;
  }

  /** That no node answers, and what to do about it. */
  public static CommandFailed unreachable(String what, Throwable cause) {
    return new CommandFailed(
        ExitCode.UNREACHABLE,
        what
            + "\nIf no cluster runs, start one: btrdb up. If it runs elsewhere, name some of its"
            + " nodes: --endpoint HOST:PORT or BTRDB_ENDPOINTS.",
        cause);
  }

  /**
   * The stream of a name.
   *
   * @throws CommandFailed when there is none
   */
  static BtrdbStream resolve(Btrdb db, StreamName name) {
    return find(db, name)
        .orElseThrow(
            () ->
                new CommandFailed(
                    ExitCode.FAILED,
                    "there is no stream "
                        + name
                        + ": 'btrdb streams' lists those there are, 'btrdb create "
                        + name
                        + "' makes it"));
  }

  /** The streams of several names, in their order. */
  static Map<StreamName, BtrdbStream> resolve(Btrdb db, List<StreamName> names) {
    Map<StreamName, BtrdbStream> streams = new LinkedHashMap<>();
    names.forEach(name -> streams.put(name, resolve(db, name)));
    return streams;
  }

  /** The stream of a name, empty when there is none. */
  static Optional<BtrdbStream> find(Btrdb db, StreamName name) {
    return switch (name) {
      case StreamName.ById id -> {
        BtrdbStream stream = db.stream(id.uuid());
        yield stream.exists() ? Optional.of(stream) : Optional.empty();
      }
      case StreamName.ByPath path -> db.find(path.collection(), path.name());
    };
  }
}
