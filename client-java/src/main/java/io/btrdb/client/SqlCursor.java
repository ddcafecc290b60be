package io.btrdb.client;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.SQLQueryParams;
import io.btrdb.api.v5.SQLQueryResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Rows of an answer to {@link Btrdb#sql}, one at a time.
 *
 * <pre>{@code
 * try (SqlCursor rows = db.sql("select unit, count(*) from streams group by unit")) {
 *   while (rows.next()) {
 *     use(rows.row().text("unit"), rows.row().integer("count"));
 *   }
 * }
 * }</pre>
 *
 * Belongs to one thread at a time.
 */
public final class SqlCursor implements AutoCloseable {
  private final ResumingRead<SQLQueryResponse> read;
  private Iterator<ByteString> chunk = Collections.emptyIterator();
  private SqlRow row;

  private SqlCursor(ResumingRead<SQLQueryResponse> read) {
    this.read = read;
  }

  static SqlCursor open(ClientCore core, String query, List<String> parameters) {
    SQLQueryParams request =
        SQLQueryParams.newBuilder().setQuery(query).addAllParams(parameters).build();
    // Not resumed once begun: a query need not say in which order.
    var plan = new OnePass<>(BTrDBGrpc.getSQLQueryMethod(), request, SQLQueryResponse::getStat);
    return new SqlCursor(new ResumingRead<>(core, null, "sql", ReadAt.LATEST, plan));
  }

  /**
   * Moves to the next row; false at the end.
   *
   * @throws BtrdbException 441 when the query or a parameter is wrong or asks for too much, with
   *     the line and column where it is known; 440 when the catalog cannot be reached; 402 when the
   *     query takes too long; 426 when the node has too many of them
   */
  public boolean next() {
    while (!chunk.hasNext()) {
      SQLQueryResponse message = read.next();
      if (message == null) {
        row = null;
        return false;
      }
      chunk = message.getSQLQueryRowList().iterator();
    }
    row = SqlRow.parse(chunk.next().toStringUtf8());
    return true;
  }

  /** The current row. */
  public SqlRow row() {
    if (row == null) {
      throw new IllegalStateException("there is no current row: next() was not true");
    }
    return row;
  }

  /** All remaining rows. */
  public List<SqlRow> toList() {
    List<SqlRow> rows = new ArrayList<>();
    while (next()) {
      rows.add(row);
    }
    return rows;
  }

  /** Ends the query, also in the middle. */
  @Override
  public void close() {
    read.close();
  }
}
