package io.btrdb.sql;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;

/**
 * Answers queries over the table {@code streams}: PostgreSQL's SELECT, as far as {@link Vocabulary}
 * goes. Thread-safe; queries run on the threads of their callers and may take all of a core while
 * they do.
 */
public final class SqlEngine {
  private final SqlLimits limits;
  private final Dialect dialect = new Dialect();
  private final AtomicLong kept = new AtomicLong();

  public SqlEngine(SqlLimits limits) {
    this.limits = limits;
  }

  /**
   * Starts a query.
   *
   * @param parameters the texts of $1, $2 ...
   * @throws SqlRefusedException when there is something wrong with it
   */
  public SqlAnswer query(String text, List<String> parameters, RowSource source, Stop stop) {
    return refusing(
        () -> {
          QueryPlan plan = plan(text, parameters, stop);
          QueryRun run = new QueryRun(limits, kept, source, stop, plan.types(), plan.values());
          try {
            Enumerator<?> rows = plan.run(run).enumerator();
            return new SqlAnswer(run, rows, new JsonRow(plan.columns()), limits.rows());
          } catch (RuntimeException | Error e) {
            run.close();
            throw e;
          }
        });
  }

  /** How a query would be run, for tests. */
  QueryPlan plan(String text, List<String> parameters, Stop stop) {
    if (text.length() > limits.queryChars()) {
      throw SqlRefusedException.bad(
          "a query may have %d characters, this one has %d", limits.queryChars(), text.length());
    }
    if (parameters.size() > limits.params()) {
      throw SqlRefusedException.bad(
          "a query may have %d parameters, this one has %d", limits.params(), parameters.size());
    }
    PostgresText postgres = new PostgresText(text);
    Parameters given = new Parameters(postgres.parameters(), parameters);
    try {
      SqlNode parsed = SqlParser.create(postgres.sql(), Dialect.PARSER).parseQuery();
      SqlNode query = new PostgresTree(postgres, given, limits.tables()).rewrite(parsed);
      return QueryPlan.of(dialect, query, given, stop);
    } catch (SqlParseException e) {
      throw SqlRefusedException.bad(
          e.getPos() == null
              ? Optional.empty()
              : place(postgres, e.getPos().getLineNum(), e.getPos().getColumnNum()),
          Complaints.ofParser(e));
    } catch (CalciteContextException e) {
      throw SqlRefusedException.bad(
          place(postgres, e.getPosLine(), e.getPosColumn()), Complaints.ofValidator(e));
    } catch (SqlRefusedException e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      // The planner has no other words for what it cannot do.
      stop.check();
      throw SqlRefusedException.bad(
          "the engine cannot run this query (%s); try to say it otherwise", Complaints.ofRun(e));
    }
  }

  private static Optional<TextPlace> place(PostgresText postgres, int line, int column) {
    return line < 1
        ? Optional.empty()
        : Optional.of(postgres.originOf(new TextPlace(line, column)));
  }

  /** What the engine throws while it runs a query, and is about the query, becomes a refusal. */
  static <T> T refusing(Supplier<T> work) {
    try {
      return work.get();
    } catch (ArithmeticException | IllegalArgumentException | CalciteException e) {
      throw SqlRefusedException.bad("%s", Complaints.ofRun(e));
    } catch (ExceptionInInitializerError e) {
      // Constants are worked out when the code of a plan is loaded.
      throw SqlRefusedException.bad("%s", Complaints.ofRun(e.getCause()));
    } catch (StackOverflowError e) {
      throw SqlRefusedException.bad("the query is nested too deeply");
    }
  }
}
