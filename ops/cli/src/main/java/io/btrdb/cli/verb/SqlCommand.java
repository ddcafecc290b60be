package io.btrdb.cli.verb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.btrdb.cli.output.Format;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.client.SqlCursor;
import io.btrdb.client.SqlRow;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks about streams in SQL. */
@Command(
    name = "sql",
    description = {
      "Ask about the streams' names, tags and annotations in SQL.",
      "",
      "One table: streams (uuid uuid, collection text, name text, unit text, ingress text,"
          + " property_version bigint, annotations hstore).",
      "PostgreSQL's SELECT with WHERE, JOIN, GROUP BY, HAVING, ORDER BY, LIMIT, UNION, WITH and"
          + " subqueries; $1, $2 ... for values; annotations->'key', annotations ? 'key', annotations"
          + " @> 'key=>value', skeys(annotations); LIKE and ILIKE, no regular expressions.",
      "A query on uuid, on collection (= or LIKE 'start%%') or on a tag (=) reads just those streams,"
          + " any other reads all of them.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  btrdb sql 'select unit, count(*) from streams group by unit order by 2 desc'",
      "  btrdb sql 'select * from streams where collection like $1' 'plant/%%' -f jsonl",
      "  btrdb sql 'select distinct skeys(annotations) as key from streams' --format csv",
      "  btrdb sql \"select name, annotations->'room' as room from streams where annotations ?"
          + " 'room'\""
    })
public final class SqlCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputOptions output;

  @Parameters(index = "0", paramLabel = "QUERY", description = "One SELECT.")
  private String query;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "VALUE",
      description = "Values of $1, $2 and so on.")
  private List<String> values = List.of();

  private final Terminal terminal;

  public SqlCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Btrdb db = connection.connect();
        Interruption interruption = Interruption.watch();
        SqlCursor found = db.sql(query, values.toArray())) {
      // The columns are those of the first row; without one there are none.
      boolean any = found.next();
      if (!any) {
        terminal.say("No rows.");
      }
      if (any || output.format() == Format.JSON) {
        print(found, any, interruption);
      }
    }
    return ExitCode.OK;
  }

  private void print(SqlCursor found, boolean any, Interruption interruption) {
    List<String> columns = any ? List.copyOf(found.row().columns()) : List.of();
    try (Rows rows = output.open(terminal, columns)) {
      boolean more = any;
      while (more && !interruption.requested()) {
        columns.forEach(column -> print(found.row(), column, rows));
        rows.end();
        more = found.next();
      }
    }
  }

  private static void print(SqlRow row, String column, Rows rows) {
    switch (row.values().get(column)) {
      case null -> rows.none();
      case String text -> rows.text(text);
      case Long number -> rows.integer(number);
      case Double number -> rows.number(number);
      case Object other -> rows.json(json(other));
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and booleans can be written", e);
    }
  }
}
