package io.btrdb.sql;

/**
 * What one query may use, and all queries of an engine together.
 *
 * @param queryChars characters of the text
 * @param params parameters
 * @param tables times that one query may name a table
 * @param rows rows of an answer
 * @param queryBytes estimated bytes of the rows and groups that one query keeps to sort, group and
 *     join
 * @param engineBytes the same of all queries that run
 */
public record SqlLimits(
    int queryChars, int params, int tables, long rows, long queryBytes, long engineBytes) {
  public static final SqlLimits DEFAULT =
      new SqlLimits(64 << 10, 1_000, 8, 2_000_000, 64L << 20, 256L << 20);

  public SqlLimits {
    if (queryChars < 1 || params < 0 || tables < 1 || rows < 1 || queryBytes < 1) {
      throw new IllegalArgumentException("a limit of SQL is below 1");
    }
    if (engineBytes < queryBytes) {
      throw new IllegalArgumentException("one query may use more than all of them");
    }
  }

  SqlLimits withRows(long most) {
    return new SqlLimits(queryChars, params, tables, most, queryBytes, engineBytes);
  }

  SqlLimits withBytes(long ofQuery, long ofEngine) {
    return new SqlLimits(queryChars, params, tables, rows, ofQuery, ofEngine);
  }
}
