package io.btrdb.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;

/** Rows that are read once and given often. */
final class KeptRows<T> extends AbstractEnumerable<T> {
  private final QueryRun run;
  private final Enumerable<T> rows;
  private List<T> kept;

  KeptRows(QueryRun run, Enumerable<T> rows) {
    this.run = run;
    this.rows = rows;
  }

  @Override
  public Enumerator<T> enumerator() {
    if (kept == null) {
      List<T> read = new ArrayList<>();
      try (Enumerator<T> each = rows.enumerator()) {
        while (each.moveNext()) {
          run.check();
          run.keep(RowSize.of(each.current()));
          read.add(each.current());
        }
      }
      kept = read;
    }
    return new Watched<>(run, Linq4j.enumerator(kept), new Guard.Pass());
  }
}
