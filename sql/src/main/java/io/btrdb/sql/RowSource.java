package io.btrdb.sql;

import java.util.Iterator;

/**
 * Where the rows of the table {@code streams} come from: those that the caller may see, and no
 * others. A query opens it once for each time that it names the table, on its own thread.
 */
public interface RowSource {
  /**
   * The rows, read while they are asked for.
   *
   * <p>What keeps it from giving them is a {@link SourceFailedException}: it ends the query and
   * reaches the caller of {@link SqlAnswer#next} as it is.
   */
  Iterator<StreamRow> rows(RowHint hint);
}
