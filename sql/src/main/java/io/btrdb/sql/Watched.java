package io.btrdb.sql;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.calcite.linq4j.Enumerator;

/** Rows on their way. */
final class Watched<T> implements Enumerator<T> {
  private final QueryRun run;
  private final Enumerator<T> rows;
  private final Guard guard;
  private final Set<Long> groups;
  private long passed;

  Watched(QueryRun run, Enumerator<T> rows, Guard guard) {
    this.run = run;
    this.rows = rows;
    this.guard = guard;
    this.groups = guard instanceof Guard.Grouped ? new HashSet<>() : Set.of();
  }

  @Override
  public boolean moveNext() {
    run.check();
    if (!rows.moveNext()) {
      return false;
    }
    passed++;
    switch (guard) {
      case Guard.Pass pass -> {}
      case Guard.Kept kept -> {}
      case Guard.Retained retained -> {
        if (passed <= retained.most()) {
          run.keep(RowSize.of(rows.current()));
        }
      }
      case Guard.Grouped grouped -> group(grouped, rows.current());
    }
    return true;
  }

  private void group(Guard.Grouped grouped, Object row) {
    long hash = 1;
    long bytes = 0;
    for (int key : grouped.keys()) {
      Object value = row instanceof Object[] columns ? columns[key] : row;
      hash = hash * 0x9E3779B97F4A7C15L + Objects.hashCode(value);
      hash ^= hash >>> 32;
      bytes += RowSize.ofValue(value);
    }
    if (groups.add(hash)) {
      run.keep(grouped.sets() * (bytes + RowSize.GROUP));
    }
  }

  @Override
  public T current() {
    return rows.current();
  }

  @Override
  public void reset() {
    rows.reset();
  }

  @Override
  public void close() {
    rows.close();
  }
}
