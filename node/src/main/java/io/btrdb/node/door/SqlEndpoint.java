package io.btrdb.node.door;

import com.google.protobuf.UnsafeByteOperations;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.SQLQueryParams;
import io.btrdb.api.v5.SQLQueryResponse;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.sql.SqlAnswer;
import io.btrdb.sql.SqlEngine;
import io.btrdb.sql.SqlLimits;
import io.btrdb.sql.SqlRefusedException;
import io.btrdb.sql.Stop;

/**
 * SQLQuery: rows as JSON objects, sent while they are made. Without a row there is one empty
 * message. The engine is large, so it is not there before somebody asks.
 */
final class SqlEndpoint {
  private final CatalogPlane catalog;
  private final WorkPool queries;
  private SqlEngine engine;

  SqlEndpoint(CatalogPlane catalog, WorkPool queries) {
    this.catalog = catalog;
    this.queries = queries;
  }

  void query(SQLQueryParams p, Exchange exchange) {
    queries.run(exchange, () -> answer(p, exchange));
  }

  private synchronized SqlEngine engine() {
    if (engine == null) {
      engine = new SqlEngine(SqlLimits.DEFAULT);
    }
    return engine;
  }

  private void answer(SQLQueryParams p, Exchange exchange) {
    long patience = Math.min(exchange.deadlineNanos() - System.nanoTime(), Limits.SQL_NANOS);
    Stop stop = new Stop(System.nanoTime() + patience);
    exchange.onCancel(stop::cancel);
    CatalogRows rows = new CatalogRows(catalog, exchange);
    try (SqlAnswer answer = engine().query(p.getQuery(), p.getParamsList(), rows, stop)) {
      send(answer, exchange);
    } catch (SqlRefusedException e) {
      refuse(e, exchange);
    } catch (CatalogRows.Unavailable e) {
      exchange.refuse(e.code(), e.getMessage());
    }
  }

  private static void send(SqlAnswer answer, Exchange exchange) {
    SQLQueryResponse.Builder message = SQLQueryResponse.newBuilder();
    int bytes = 0;
    byte[] row = answer.next();
    while (row != null) {
      if (row.length > Limits.SQL_ROW_BYTES) {
        exchange.refuse(
            Refusal.of(
                ErrorCode.BAD_SQL_VALUE,
                "a row of %d bytes; it may have %d",
                row.length,
                Limits.SQL_ROW_BYTES));
        return;
      }
      message.addSQLQueryRow(UnsafeByteOperations.unsafeWrap(row));
      bytes += row.length;
      if (bytes >= Limits.SQL_MESSAGE_BYTES) {
        if (!send(message, exchange)) {
          return;
        }
        bytes = 0;
      }
      row = answer.next();
    }
    if (send(message, exchange)) {
      exchange.finish();
    }
  }

  /** Leaves the message empty. */
  private static boolean send(SQLQueryResponse.Builder message, Exchange exchange) {
    if (!exchange.awaitReceiver()) {
      exchange.expire();
      return false;
    }
    exchange.send(message.build());
    message.clear();
    return true;
  }

  private static void refuse(SqlRefusedException e, Exchange exchange) {
    switch (e.reason()) {
      case BAD_QUERY, TOO_LARGE -> exchange.refuse(ErrorCode.BAD_SQL_VALUE, e.getMessage());
      case BUSY -> exchange.refuse(ErrorCode.RESOURCE_DEPLETED, e.getMessage());
      case STOPPED -> {
        if (exchange.isCancelled()) {
          exchange.finish();
        } else {
          exchange.refuse(ErrorCode.CONTEXT_ERROR, e.getMessage());
        }
      }
    }
  }
}
