package io.btrdb.sql;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;

/**
 * One query while it runs: what its code asks for, and what it has used so far. One thread.
 *
 * <p>What all queries keep together is counted in steps, so that they do not meet at one counter
 * with every row.
 */
final class QueryRun implements DataContext, AutoCloseable {
  private static final long STEP = 64 << 10;
  private static final String SELF = "btrdb.run";

  /** A clock is not read for every row. */
  private static final int CHECK_EVERY = 64;

  private final SqlLimits limits;
  private final AtomicLong keptByAll;
  private final RowSource source;
  private final Stop stop;
  private final JavaTypeFactory types;
  private final Map<String, Object> values;
  private long kept;
  private long taken;
  private int sinceCheck = CHECK_EVERY;

  /**
   * @param values of parameters and of what the plan has stashed, by the names that its code uses
   */
  QueryRun(
      SqlLimits limits,
      AtomicLong keptByAll,
      RowSource source,
      Stop stop,
      JavaTypeFactory types,
      Map<String, Object> values) {
    this.limits = limits;
    this.keptByAll = keptByAll;
    this.source = source;
    this.stop = stop;
    this.types = types;
    this.values = values;
  }

  static QueryRun of(DataContext context) {
    return (QueryRun) context.get(SELF);
  }

  Iterator<StreamRow> rows(RowHint hint) {
    return source.rows(hint);
  }

  /** Throws {@link SqlRefusedException} when the query should end. */
  void check() {
    if (++sinceCheck >= CHECK_EVERY) {
      sinceCheck = 0;
      stop.check();
    }
  }

  /** Counts what is kept until the query has ended; throws {@link SqlRefusedException}. */
  void keep(long bytes) {
    kept += bytes;
    if (kept > limits.queryBytes()) {
      throw new SqlRefusedException(
          SqlRefusedException.Reason.TOO_LARGE,
          String.format(
              "the query would keep more than %d MiB to sort, group or join; ask for fewer rows or"
                  + " columns, for example one collection at a time",
              limits.queryBytes() >> 20));
    }
    if (kept > taken) {
      long step = kept - taken + STEP;
      taken += step;
      if (keptByAll.addAndGet(step) > limits.engineBytes()) {
        throw new SqlRefusedException(
            SqlRefusedException.Reason.BUSY,
            "the queries that run on this node keep as much as they may: try again later");
      }
    }
  }

  /** Gives back what has been counted. */
  @Override
  public void close() {
    keptByAll.addAndGet(-taken);
    taken = 0;
  }

  @Override
  public SchemaPlus getRootSchema() {
    return null;
  }

  @Override
  public JavaTypeFactory getTypeFactory() {
    return types;
  }

  @Override
  public QueryProvider getQueryProvider() {
    return null;
  }

  @Override
  public Object get(String name) {
    return name.equals(SELF) ? this : values.get(name);
  }
}
