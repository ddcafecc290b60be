package io.btrdb.sql;

import org.apache.calcite.linq4j.Enumerator;

/** The rows of an answer, made while they are asked for. One thread at a time. */
public final class SqlAnswer implements AutoCloseable {
  private final QueryRun run;
  private final Enumerator<?> rows;
  private final JsonRow json;
  private final long rowsMax;
  private long given;

  SqlAnswer(QueryRun run, Enumerator<?> rows, JsonRow json, long rowsMax) {
    this.run = run;
    this.rows = rows;
    this.json = json;
    this.rowsMax = rowsMax;
  }

  /**
   * The next row as a JSON object in UTF-8, or null when there are no more.
   *
   * @throws SqlRefusedException when the query ends before its answer
   */
  public byte[] next() {
    return SqlEngine.refusing(
        () -> {
          if (!rows.moveNext()) {
            return null;
          }
          if (++given > rowsMax) {
            throw new SqlRefusedException(
                SqlRefusedException.Reason.TOO_LARGE,
                String.format(
                    "the answer has more than %d rows; ask for it in parts, with WHERE or LIMIT",
                    rowsMax));
          }
          return json.encode(rows.current());
        });
  }

  /** Gives back what the query kept. */
  @Override
  public void close() {
    rows.close();
    run.close();
  }
}
