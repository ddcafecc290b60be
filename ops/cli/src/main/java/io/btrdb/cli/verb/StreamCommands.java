package io.btrdb.cli.verb;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.StreamName;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.LookupQuery;
import io.btrdb.client.StreamCursor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs about streams and what describes them. */
public final class StreamCommands {
  private StreamCommands() {}

  /** Lists streams. */
  @Command(
      name = "streams",
      description = "List the streams of collections that start with PREFIX, all without one.",
      footer = {
        "",
        "Examples:",
        "  btrdb streams",
        "  btrdb streams plant/ --tag unit=volts --format json",
        "  btrdb streams --count"
      })
  public static final class Streams implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    @Parameters(arity = "0..1", paramLabel = "PREFIX", defaultValue = "", description = "")
    private String prefix;

    @Option(
        names = "--tag",
        paramLabel = "KEY=VALUE",
        description = "Only streams with this tag; may be repeated.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
        names = {"-c", "--count"},
        description = "Print how many points each has; a call a stream.")
    private boolean count;

    private final Terminal terminal;

    public Streams(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      LookupQuery query = LookupQuery.prefix(prefix);
      for (Map.Entry<String, String> tag : tags.entrySet()) {
        query = query.tag(tag.getKey(), tag.getValue());
      }
      String last = count ? "points" : "annotations";
      try (Btrdb db = connection.connect();
          Interruption interruption = Interruption.watch();
          StreamCursor found = db.lookup(query);
          Rows rows = output.open(terminal, "collection", "name", "uuid", "tags", last)) {
        while (!interruption.requested() && found.next()) {
          print(found.stream(), rows);
        }
      }
      return ExitCode.OK;
    }

    private void print(BtrdbStream stream, Rows rows) {
      rows.text(stream.collection()).text(stream.name()).text(stream.uuid().toString());
      Map<String, String> others = new LinkedHashMap<>(stream.tags());
      others.remove("name");
      rows.text(describe(others));
      if (count) {
        rows.integer(stream.count()).end();
      } else {
        rows.text(describe(stream.annotations())).end();
      }
    }

    private static String describe(Map<String, String> properties) {
      return properties.entrySet().stream()
          .map(property -> property.getKey() + "=" + property.getValue())
          .sorted()
          .collect(Collectors.joining(" "));
    }
  }

  /** Makes streams. */
  @Command(
      name = "create",
      description = "Create a stream and print its UUID.",
      footer = {
        "",
        "Examples:",
        "  btrdb create plant/feeder1/L1 --tag unit=volts",
        "  btrdb create lab/t1 --annotation sensor=pt100 --uuid"
            + " 6ba7b810-9dad-11d1-80b4-00c04fd430c8"
      })
  public static final class Create implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Parameters(
        paramLabel = "COLLECTION/NAME",
        converter = Converters.Stream.class,
        description = "Collection and name; the last slash splits.")
    private StreamName name;

    @Option(names = "--uuid", paramLabel = "UUID", description = "Default: a random one.")
    private UUID uuid;

    @Option(
        names = "--tag",
        paramLabel = "KEY=VALUE",
        description = "A tag beside the name; may be repeated.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
        names = "--annotation",
        paramLabel = "KEY=VALUE",
        description = "An annotation; may be repeated.")
    private Map<String, String> annotations = new LinkedHashMap<>();

    private final Terminal terminal;

    public Create(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      if (!(name instanceof StreamName.ByPath path)) {
        throw new CommandFailed(
            ExitCode.USAGE, "write collection/name; a UUID is chosen with --uuid");
      }
      tags.put("name", path.name());
      try (Btrdb db = connection.connect()) {
        UUID id = uuid == null ? UUID.randomUUID() : uuid;
        terminal.print(db.create(id, path.collection(), tags, annotations).uuid().toString());
      }
      return ExitCode.OK;
    }
  }

  /** Describes streams. */
  @Command(
      name = "annotate",
      description = "Change a stream's annotations, or its tags with --tags, and print them.",
      footer = {
        "",
        "Examples:",
        "  btrdb annotate plant/L1 sensor=pt100 room=4",
        "  btrdb annotate plant/L1 --remove room",
        "  btrdb annotate plant/L1 --tags unit=volts"
      })
  public static final class Annotate implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    @Mixin private StreamArgument name;

    @Parameters(
        index = "1..*",
        arity = "0..*",
        paramLabel = "KEY=VALUE",
        description = "To add or replace.")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Option(names = "--remove", paramLabel = "KEY", description = "To remove; may be repeated.")
    private List<String> removals = List.of();

    @Option(names = "--tags", description = "Tags instead of annotations.")
    private boolean tags;

    private final Terminal terminal;

    public Annotate(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        BtrdbStream stream = name.resolve(db).refresh();
        if (!changes.isEmpty() || !removals.isEmpty()) {
          change(stream);
        }
        try (Rows rows = output.open(terminal, "key", "value")) {
          Map<String, String> now = tags ? stream.tags() : stream.annotations();
          now.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .forEach(entry -> rows.text(entry.getKey()).text(entry.getValue()).end());
        }
      }
      return ExitCode.OK;
    }

    private void change(BtrdbStream stream) {
      if (tags) {
        stream.setTags(stream.propertyVersion(), "", changes, removals);
      } else {
        stream.setAnnotations(stream.propertyVersion(), changes, removals);
      }
    }
  }
}
