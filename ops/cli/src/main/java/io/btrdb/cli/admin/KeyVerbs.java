package io.btrdb.cli.admin;

import io.btrdb.api.cluster.CreateKeyRequest;
import io.btrdb.api.cluster.KeyGrant;
import io.btrdb.api.cluster.KeyInfo;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.KeysGrpc.KeysBlockingStub;
import io.btrdb.api.cluster.ListKeysRequest;
import io.btrdb.api.cluster.ListKeysResponse;
import io.btrdb.api.cluster.NewKeyResponse;
import io.btrdb.api.cluster.RevokeKeyRequest;
import io.btrdb.api.cluster.RotateKeyRequest;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.verb.ConnectionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs about API keys. */
final class KeyVerbs {
  private KeyVerbs() {}

  /** A new key. */
  @Command(
      name = "create",
      description = {
        "Make an API key and print it: it is shown this once and kept nowhere.",
        "A grant is CAPABILITY,...:COLLECTION and holds for the collection and all below it:"
            + " read:grid/east is good for grid/east/pmu7 but not for grid/eastern. Nothing after"
            + " the colon means every collection. Capabilities: read, insert (points, new streams,"
            + " tags), delete, obliterate, admin (the cluster and its keys)."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb keys create pmu --grant insert:grid/east --expires 90d > pmu.key",
        "  btrdb keys create ann --grant read: --grant read,insert,delete:lab/ann"
      })
  static final class Create implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "USER", description = "Whose key it is. One user may have several.")
    private String user;

    @Option(
        names = {"-g", "--grant"},
        paramLabel = "CAPABILITY,...:COLLECTION",
        description = "What the key is good for, and where. May be given several times.")
    private List<String> grants = new ArrayList<>();

    @Option(names = "--admin", description = "Short for read,insert,delete,obliterate,admin: .")
    private boolean admin;

    @Option(
        names = "--expires",
        paramLabel = "DURATION",
        converter = Converters.Length.class,
        description = "Worth nothing after this time, as 90d. Default: never.")
    private Duration expires;

    private final Terminal terminal;

    Create(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      if (admin) {
        grants.add("read,insert,delete,obliterate,admin:");
      }
      CreateKeyRequest request =
          CreateKeyRequest.newBuilder()
              .setUser(user)
              .addAllGrants(grants.stream().map(KeyVerbs::grant).toList())
              .setExpiresMillis(end(expires))
              .build();
      show(terminal, ask(connection, stub -> stub.createKey(request), false));
      return ExitCode.OK;
    }
  }

  /** The keys. */
  @Command(
      name = "list",
      description = "Print the keys, without their secrets, those that have expired too.",
      footer = {"", "Examples:", "  btrdb keys list", "  btrdb keys list --user ann -f json"})
  static final class Show implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    @Option(names = "--user", paramLabel = "USER", description = "Only this user's.")
    private String user = "";

    private final Terminal terminal;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      ListKeysRequest request = ListKeysRequest.newBuilder().setUser(user).build();
      ListKeysResponse list = ask(connection, stub -> stub.listKeys(request), true);
      refuse(list.getCode(), list.getMessage());
      try (Rows rows = output.open(terminal, "key", "user", "grants", "created", "expires")) {
        for (KeyInfo key : list.getKeysList()) {
          rows.text(key.getId()).text(key.getUser()).text(grants(key));
          rows.time(TimeUnit.MILLISECONDS.toNanos(key.getCreatedMillis()));
          if (key.getExpiresMillis() == 0) {
            rows.none();
          } else {
            rows.time(TimeUnit.MILLISECONDS.toNanos(key.getExpiresMillis()));
          }
          rows.end();
        }
      }
      return ExitCode.OK;
    }
  }

  /** A key in place of another. */
  @Command(
      name = "rotate",
      description = {
        "Make a key with the user and grants of another and print it; the old one expires after"
            + " the grace."
      },
      footer = {"", "Examples:", "  btrdb keys rotate 3f0a9q81b2cd --grace 7d --expires 90d"})
  static final class Rotate implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "KEY", description = "As btrdb keys list shows it.")
    private String id;

    @Option(
        names = "--grace",
        paramLabel = "DURATION",
        defaultValue = "1d",
        converter = Converters.Length.class,
        description = "How long the old key is good for yet. Default: ${DEFAULT-VALUE}.")
    private Duration grace;

    @Option(
        names = "--expires",
        paramLabel = "DURATION",
        converter = Converters.Length.class,
        description = "The new key is worth nothing after this time. Default: never.")
    private Duration expires;

    private final Terminal terminal;

    Rotate(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      RotateKeyRequest request =
          RotateKeyRequest.newBuilder()
              .setId(id)
              .setGraceMillis(grace.toMillis())
              .setExpiresMillis(end(expires))
              .build();
      show(terminal, ask(connection, stub -> stub.rotateKey(request), false));
      return ExitCode.OK;
    }
  }

  /** A key that is worth nothing any more. */
  @Command(
      name = "revoke",
      description = "Take a key back: within a second no node takes it.",
      footer = {"", "Examples:", "  btrdb keys revoke 3f0a9q81b2cd"})
  static final class Revoke implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "KEY", description = "As btrdb keys list shows it.")
    private String id;

    private final Terminal terminal;

    Revoke(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      RevokeKeyRequest request = RevokeKeyRequest.newBuilder().setId(id).build();
      var reply = ask(connection, stub -> stub.revokeKey(request), true);
      refuse(reply.getCode(), reply.getMessage());
      terminal.say(reply.getMessage());
      return ExitCode.OK;
    }
  }

  // -------------------------------------------------------------------------------------- together

  private static <T> T ask(
      ConnectionOptions connection, Function<KeysBlockingStub, T> call, boolean repeatable) {
    try (AdminClient admin = AdminClient.open(connection)) {
      return admin.ask(KeysGrpc::newBlockingStub, call, connection.deadline(), repeatable);
    }
  }

  /** The key alone on standard output, so that it can be sent to a file. */
  private static void show(Terminal terminal, NewKeyResponse made) {
    refuse(made.getCode(), made.getMessage());
    KeyInfo key = made.getKey();
    terminal.say(
        "key " + key.getId() + " of " + key.getUser() + ": " + grants(key) + "; shown this once");
    terminal.print(made.getToken());
  }

  private static void refuse(int code, String message) {
    if (code != 0) {
      throw new CommandFailed(ExitCode.FAILED, message);
    }
  }

  private static KeyGrant grant(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "'" + text + "' is no grant: write CAPABILITY,...:COLLECTION, as read,insert:grid/east");
    }
    KeyGrant.Builder grant = KeyGrant.newBuilder().setPrefix(text.substring(colon + 1));
    for (String capability : text.substring(0, colon).split(",")) {
      grant.addCapabilities(capability.strip());
    }
    return grant.build();
  }

  private static String grants(KeyInfo key) {
    return key.getGrantsList().stream()
        .map(grant -> String.join(",", grant.getCapabilitiesList()) + ":" + grant.getPrefix())
        .collect(Collectors.joining(" "));
  }

  private static long end(Duration expires) {
    return expires == null ? 0 : System.currentTimeMillis() + expires.toMillis();
  }
}
