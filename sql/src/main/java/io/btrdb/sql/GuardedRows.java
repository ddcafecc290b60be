package io.btrdb.sql;

import java.util.Iterator;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;

/** What the code of a plan calls. Public for that code, and for nobody else. */
public final class GuardedRows {
  private GuardedRows() {}

  /** Rows of the table; called by the code of a plan. */
  public static Enumerable<Object[]> scan(DataContext context, RowHint hint) {
    QueryRun run = QueryRun.of(context);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<Object[]> enumerator() {
        Iterator<StreamRow> rows = run.rows(hint);
        return Linq4j.iterableEnumerator(
            () ->
                new Iterator<>() {
                  @Override
                  public boolean hasNext() {
                    run.check();
                    return rows.hasNext();
                  }

                  @Override
                  public Object[] next() {
                    return rows.next().columns();
                  }
                });
      }
    };
  }

  /** Called by the code of a plan. */
  public static <T> Enumerable<T> watch(DataContext context, Enumerable<T> rows, Guard guard) {
    QueryRun run = QueryRun.of(context);
    if (guard instanceof Guard.Kept) {
      return new KeptRows<>(run, rows);
    }
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        return new Watched<>(run, rows.enumerator(), guard);
      }
    };
  }
}
