package io.btrdb.sql;

import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;

/**
 * What of SQL is served. The engine knows far more: statements that change, functions that make
 * texts and numbers without end, regular expressions that never come to an end. What is not listed
 * here is refused.
 */
final class Vocabulary {
  private static final Set<SqlKind> QUERIES =
      Set.of(
          SqlKind.SELECT,
          SqlKind.ORDER_BY,
          SqlKind.UNION,
          SqlKind.INTERSECT,
          SqlKind.EXCEPT,
          SqlKind.VALUES,
          SqlKind.ROW,
          SqlKind.WITH,
          SqlKind.WITH_ITEM);

  private static final Set<SqlKind> CLAUSES =
      Set.of(
          SqlKind.AS,
          SqlKind.JOIN,
          SqlKind.DESCENDING,
          SqlKind.NULLS_FIRST,
          SqlKind.NULLS_LAST,
          SqlKind.FILTER);

  private static final Set<SqlKind> EXPRESSIONS =
      Set.of(
          SqlKind.AND,
          SqlKind.OR,
          SqlKind.NOT,
          SqlKind.EQUALS,
          SqlKind.NOT_EQUALS,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL,
          SqlKind.BETWEEN,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.EXISTS,
          SqlKind.SCALAR_QUERY,
          SqlKind.LIKE,
          SqlKind.IS_NULL,
          SqlKind.IS_NOT_NULL,
          SqlKind.IS_TRUE,
          SqlKind.IS_NOT_TRUE,
          SqlKind.IS_FALSE,
          SqlKind.IS_NOT_FALSE,
          SqlKind.IS_DISTINCT_FROM,
          SqlKind.IS_NOT_DISTINCT_FROM,
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.PLUS_PREFIX,
          SqlKind.MINUS_PREFIX,
          SqlKind.CASE,
          SqlKind.CAST,
          SqlKind.COALESCE,
          SqlKind.NULLIF,
          SqlKind.TRIM,
          SqlKind.POSITION);

  /** The functions, and what the text of a query is turned into. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "count",
          "sum",
          "avg",
          "min",
          "max",
          "bool_and",
          "bool_or",
          "every",
          "coalesce",
          "nullif",
          "lower",
          "upper",
          "length",
          "char_length",
          "character_length",
          "substring",
          "substr",
          "trim",
          "ltrim",
          "rtrim",
          "position",
          "strpos",
          "starts_with",
          "concat",
          "abs",
          "floor",
          "ceil",
          "ceiling",
          "round",
          "greatest",
          "least",
          "skeys",
          "svals",
          "akeys",
          "avals",
          "exist",
          "hstore_get",
          "hstore_exist",
          "hstore_contains",
          "||");

  private Vocabulary() {}

  static boolean isQuery(SqlKind kind) {
    return QUERIES.contains(kind);
  }

  static boolean serves(SqlCall call) {
    SqlOperator operator = call.getOperator();
    return QUERIES.contains(operator.getKind())
        || CLAUSES.contains(operator.getKind())
        || EXPRESSIONS.contains(operator.getKind())
        || FUNCTIONS.contains(name(operator));
  }

  static String name(SqlOperator operator) {
    return operator.getName().toLowerCase(Locale.ROOT);
  }
}
