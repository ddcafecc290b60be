/**
 * SQL over the table {@code streams}, as PostgreSQL's clients write it, on Apache Calcite; nothing
 * of Calcite leaves this room.
 *
 * <p>Tour: {@link io.btrdb.sql.SqlEngine} takes a text. {@code PostgresText} makes it one that the
 * parser knows ($1, and the operators of hstore), {@code PostgresTree} rewrites what was parsed and
 * refuses what {@code Vocabulary} does not list. {@code QueryPlan} has it checked, planned and
 * turned into code. {@code HintReader} finds in its conditions which rows the scan needs ({@link
 * io.btrdb.sql.RowHint}), and {@code Guards} puts a {@link io.btrdb.sql.Guard} wherever rows are
 * kept, so that memory has a bound and every row asks whether to go on ({@link io.btrdb.sql.Stop}).
 * Rows come from a {@link io.btrdb.sql.RowSource} and leave as JSON ({@link
 * io.btrdb.sql.SqlAnswer}).
 */
package io.btrdb.sql;
