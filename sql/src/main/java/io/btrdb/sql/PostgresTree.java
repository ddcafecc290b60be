package io.btrdb.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;

/**
 * A parsed query, rewritten from what PostgreSQL means to what the engine has; what is not served
 * is refused on the way.
 *
 * <ul>
 *   <li>{@code skeys(annotations)} in a select list makes a row of each key: a join with the keys
 *   <li>hstore is a map; its operators come as functions of {@link PostgresText}
 *   <li>LIKE and || become {@link TextFunctions}
 *   <li>columns without a name get the one that PostgreSQL gives them
 *   <li>numbers with decimals are double, and so are averages
 * </ul>
 */
final class PostgresTree extends SqlShuttle {
  private static final Set<SqlKind> TYPED_BY_PLACE =
      Set.of(
          SqlKind.EQUALS,
          SqlKind.NOT_EQUALS,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.BETWEEN,
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.ORDER_BY);

  private static final Map<String, SqlTypeName> TYPES =
      Map.ofEntries(
          Map.entry("text", SqlTypeName.VARCHAR),
          Map.entry("varchar", SqlTypeName.VARCHAR),
          Map.entry("char", SqlTypeName.VARCHAR),
          Map.entry("uuid", SqlTypeName.VARCHAR),
          Map.entry("bool", SqlTypeName.BOOLEAN),
          Map.entry("boolean", SqlTypeName.BOOLEAN),
          Map.entry("int", SqlTypeName.INTEGER),
          Map.entry("int4", SqlTypeName.INTEGER),
          Map.entry("integer", SqlTypeName.INTEGER),
          Map.entry("smallint", SqlTypeName.INTEGER),
          Map.entry("int8", SqlTypeName.BIGINT),
          Map.entry("bigint", SqlTypeName.BIGINT),
          Map.entry("numeric", SqlTypeName.DOUBLE),
          Map.entry("decimal", SqlTypeName.DOUBLE),
          Map.entry("real", SqlTypeName.DOUBLE),
          Map.entry("float4", SqlTypeName.DOUBLE),
          Map.entry("float", SqlTypeName.DOUBLE),
          Map.entry("float8", SqlTypeName.DOUBLE),
          Map.entry("double", SqlTypeName.DOUBLE));

  private final PostgresText text;
  private final Parameters parameters;
  private final int tablesMax;
  private int tables;
  private int aliases;

  PostgresTree(PostgresText text, Parameters parameters, int tablesMax) {
    this.text = text;
    this.parameters = parameters;
    this.tablesMax = tablesMax;
  }

  /** Throws {@link SqlRefusedException}. */
  SqlNode rewrite(SqlNode query) {
    if (!Vocabulary.isQuery(query.getKind())) {
      throw bad(query, "only queries are served: SELECT ... FROM streams");
    }
    return query.accept(this);
  }

  private SqlRefusedException bad(SqlNode at, String message) {
    SqlParserPos pos = at.getParserPosition();
    Optional<TextPlace> place =
        pos.getLineNum() < 1
            ? Optional.empty()
            : Optional.of(text.originOf(new TextPlace(pos.getLineNum(), pos.getColumnNum())));
    return SqlRefusedException.bad(place, message);
  }

  @Override
  public SqlNode visit(SqlCall call) {
    if (!Vocabulary.serves(call)) {
      String name = call.getOperator().getName();
      throw bad(
          call,
          name.contains("REGEX") || name.contains("SIMILAR")
              ? "regular expressions are not served; LIKE and ILIKE are"
              : name + " is not served");
    }
    if (call instanceof SqlWithItem item && item.recursive.booleanValue()) {
      throw bad(call, "WITH RECURSIVE is not served");
    }
    if (call instanceof SqlSelect select) {
      return select(select);
    }
    SqlCall inner = withTexts((SqlCall) super.visit(call));
    return switch (call.getKind()) {
      case LIKE -> like(inner);
      case CAST ->
          isUuidType(call.operand(1)) ? function("text_uuid", call, inner.operand(0)) : inner;
      case EQUALS,
          NOT_EQUALS,
          LESS_THAN,
          LESS_THAN_OR_EQUAL,
          GREATER_THAN,
          GREATER_THAN_OR_EQUAL,
          IN,
          NOT_IN ->
          compared(inner);
      case AVG -> avg(inner);
      case OTHER, OTHER_FUNCTION -> function(inner);
      default -> inner;
    };
  }

  /** Parameters as texts, where the engine does not see from their place what they should be. */
  private SqlCall withTexts(SqlCall call) {
    if (!TYPED_BY_PLACE.contains(call.getKind())) {
      for (int i = 0; i < call.operandCount(); i++) {
        if (call.operand(i) instanceof SqlDynamicParam parameter) {
          call.setOperand(i, asText(parameter));
        }
      }
    }
    return call;
  }

  private SqlNode asText(SqlNode node) {
    return node instanceof SqlDynamicParam parameter
        ? text(parameters.texts().get(parameter.getIndex()), parameter.getParserPosition())
        : node;
  }

  /** A text beside the column uuid is one, or a mistake. */
  private SqlNode compared(SqlCall call) {
    SqlNode left = call.operand(0);
    SqlNode right = call.operand(1);
    if (isUuid(left)) {
      return call.getOperator().createCall(call.getParserPosition(), left, asUuid(right));
    }
    return isUuid(right)
        ? call.getOperator().createCall(call.getParserPosition(), asUuid(left), right)
        : call;
  }

  private static boolean isUuidType(SqlNode node) {
    return node instanceof SqlDataTypeSpec spec
        && spec.getTypeName().names.getFirst().equalsIgnoreCase("uuid");
  }

  private static boolean isUuid(SqlNode node) {
    return node instanceof SqlIdentifier id && id.names.getLast().equals("uuid");
  }

  private SqlNode asUuid(SqlNode node) {
    if (node instanceof SqlNodeList list) {
      return new SqlNodeList(list.stream().map(this::asUuid).toList(), list.getParserPosition());
    }
    SqlParserPos pos = node.getParserPosition();
    if (node instanceof SqlDynamicParam parameter) {
      return text(parameters.uuidAt(parameter.getIndex()), pos);
    }
    if (!(node instanceof SqlLiteral literal) || literal.getTypeName() != SqlTypeName.CHAR) {
      return node;
    }
    return text(
        Parameters.uuid(literal.toValue())
            .map(UUID::toString)
            .orElseThrow(() -> bad(node, "this is no UUID")),
        pos);
  }

  private static SqlNode text(String value, SqlParserPos pos) {
    return SqlLiteral.createCharString(value, "UTF-8", pos);
  }

  private SqlNode like(SqlCall call) {
    if (call.operandCount() > 2) {
      throw bad(call, "ESCAPE is not served: a backslash escapes");
    }
    SqlLikeOperator operator = (SqlLikeOperator) call.getOperator();
    String name = operator.isCaseSensitive() ? "text_like" : "text_ilike";
    SqlNode matches = function(name, call, call.operand(0), call.operand(1));
    return operator.isNegated()
        ? SqlStdOperatorTable.NOT.createCall(call.getParserPosition(), matches)
        : matches;
  }

  private SqlNode avg(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    SqlNode value =
        SqlStdOperatorTable.CAST.createCall(pos, call.operand(0), type(SqlTypeName.DOUBLE, pos));
    return call.getOperator().createCall(call.getFunctionQuantifier(), pos, value);
  }

  private SqlNode function(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    return switch (Vocabulary.name(call.getOperator())) {
      case "avg" -> avg(call);
      case "||" -> function("text_concat", call, call.operand(0), call.operand(1));
      case "concat" -> concat(call);
      case "hstore_get" -> get(call);
      case "hstore_exist", "exist" -> SqlStdOperatorTable.IS_NOT_NULL.createCall(pos, get(call));
      case "hstore_contains" -> contains(call);
      case "akeys" -> keys(call);
      case "avals" -> SqlLibraryOperators.MAP_VALUES.createCall(pos, one(call));
      case "skeys", "svals" ->
          throw bad(call, call.getOperator().getName() + " is for the list after SELECT");
      default -> call;
    };
  }

  private SqlNode keys(SqlCall call) {
    return SqlLibraryOperators.MAP_KEYS.createCall(call.getParserPosition(), one(call));
  }

  private SqlNode one(SqlCall call) {
    if (call.operandCount() != 1) {
      throw bad(call, call.getOperator().getName() + " takes one hstore");
    }
    return call.operand(0);
  }

  private SqlNode get(SqlCall call) {
    if (call.operandCount() != 2) {
      throw bad(call, "an hstore and a key are needed");
    }
    SqlParserPos pos = call.getParserPosition();
    return SqlStdOperatorTable.ITEM.createCall(pos, call.operand(0), call.operand(1));
  }

  /** The pairs are known here: a literal's, or a parameter's. */
  private SqlNode contains(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    SqlNode wanted = call.operand(1);
    if (!(wanted instanceof SqlLiteral literal) || literal.getTypeName() != SqlTypeName.CHAR) {
      throw bad(call, "@> takes a text such as 'key=>value', or a parameter");
    }
    SqlNode all = SqlLiteral.createBoolean(true, pos);
    Optional<Map<String, String>> map = HstoreText.read(literal.toValue());
    if (map.isEmpty()) {
      throw bad(wanted, "this is no hstore: pairs such as a=>1, \"b c\"=>2 make one");
    }
    for (Map.Entry<String, String> pair : map.get().entrySet()) {
      SqlNode value =
          SqlStdOperatorTable.ITEM.createCall(pos, call.operand(0), text(pair.getKey(), pos));
      SqlNode equal = SqlStdOperatorTable.EQUALS.createCall(pos, value, text(pair.getValue(), pos));
      all = SqlStdOperatorTable.AND.createCall(pos, all, equal);
    }
    return all;
  }

  /** Nulls are left out, as PostgreSQL has it of this function and not of its operator. */
  private SqlNode concat(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    SqlNode empty = SqlLiteral.createCharString("", pos);
    SqlNode all = empty;
    for (SqlNode part : call.getOperandList()) {
      SqlNode text = SqlStdOperatorTable.COALESCE.createCall(pos, part, empty);
      all = function("text_concat", call, all, text);
    }
    return all;
  }

  private static SqlCall function(String name, SqlCall at, SqlNode... operands) {
    SqlParserPos pos = at.getParserPosition();
    return new SqlUnresolvedFunction(
            new SqlIdentifier(name, pos),
            null,
            null,
            null,
            null,
            SqlFunctionCategory.USER_DEFINED_FUNCTION)
        .createCall(pos, operands);
  }

  // ------------------------------------------------------------------------------------- SELECT

  private SqlNode select(SqlSelect select) {
    SqlNode from = select.getFrom() == null ? null : select.getFrom().accept(this);
    List<SqlNode> items = new ArrayList<>();
    for (SqlNode item : select.getSelectList()) {
      List<SqlNode> joins = new ArrayList<>();
      SqlNode expanded = asText(expand(item, joins));
      SqlParserPos pos = item.getParserPosition();
      for (SqlNode join : joins) {
        if (from == null) {
          throw bad(item, "a set of rows is made of a table's column: FROM streams");
        }
        from =
            new SqlJoin(
                pos,
                from,
                SqlLiteral.createBoolean(false, pos),
                JoinType.COMMA.symbol(pos),
                join,
                JoinConditionType.NONE.symbol(pos),
                null);
      }
      items.add(named(item, expanded));
    }
    SqlSelect copy = (SqlSelect) select.clone(select.getParserPosition());
    copy.setSelectList(new SqlNodeList(items, select.getSelectList().getParserPosition()));
    copy.setFrom(from);
    copy.setWhere(rewritten(select.getWhere()));
    copy.setHaving(rewritten(select.getHaving()));
    copy.setGroupBy((SqlNodeList) rewritten(select.getGroup()));
    copy.setOrderBy((SqlNodeList) rewritten(select.getOrderList()));
    if (!select.getWindowList().isEmpty() || select.getQualify() != null) {
      throw bad(select, "windows are not served");
    }
    return copy;
  }

  private SqlNode rewritten(SqlNode node) {
    return node == null ? null : node.accept(this);
  }

  /** Turns calls that make rows into columns of joins. */
  private SqlNode expand(SqlNode item, List<SqlNode> joins) {
    if (item instanceof SqlCall call) {
      String name = Vocabulary.name(call.getOperator());
      SqlParserPos pos = call.getParserPosition();
      if (name.equals("skeys") || name.equals("svals")) {
        SqlNode map = one(call).accept(this);
        SqlNode all =
            name.equals("skeys")
                ? SqlLibraryOperators.MAP_KEYS.createCall(pos, map)
                : SqlLibraryOperators.MAP_VALUES.createCall(pos, map);
        String table = "_set" + aliases++;
        joins.add(
            SqlStdOperatorTable.AS.createCall(
                pos,
                SqlStdOperatorTable.UNNEST.createCall(pos, all),
                new SqlIdentifier(table, pos),
                new SqlIdentifier("item", pos)));
        return new SqlIdentifier(List.of(table, "item"), pos);
      }
      if (call.getKind() == SqlKind.AS) {
        return call.getOperator().createCall(pos, expand(call.operand(0), joins), call.operand(1));
      }
    }
    return item.accept(this);
  }

  private static SqlNode named(SqlNode written, SqlNode item) {
    if (written instanceof SqlIdentifier || item.getKind() == SqlKind.AS) {
      return item;
    }
    SqlParserPos pos = written.getParserPosition();
    return SqlStdOperatorTable.AS.createCall(
        pos, item, new SqlIdentifier(nameOf(written), pos.withQuoting(true)));
  }

  private static String nameOf(SqlNode node) {
    if (node instanceof SqlIdentifier column) {
      return column.names.getLast();
    }
    if (!(node instanceof SqlCall call)) {
      return "?column?";
    }
    return switch (call.getKind()) {
      case CAST -> {
        String inner = nameOf(call.operand(0));
        yield inner.equals("?column?")
            ? call.operand(1).toString().toLowerCase(Locale.ROOT)
            : inner;
      }
      case CASE -> "case";
      case FILTER -> nameOf(call.operand(0));
      default -> {
        String name = Vocabulary.name(call.getOperator());
        boolean isFunction = call.getOperator() instanceof SqlFunction;
        yield isFunction && !name.startsWith("hstore_") ? name : "?column?";
      }
    };
  }

  // -------------------------------------------------------------------------------------- leaves

  @Override
  public SqlNode visit(SqlIdentifier id) {
    if (id.isSimple() && id.getSimple().equals(StreamsTable.NAME) && ++tables > tablesMax) {
      throw bad(id, "a query may name the table " + tablesMax + " times");
    }
    return id;
  }

  @Override
  public SqlNode visit(SqlLiteral literal) {
    if (literal instanceof SqlNumericLiteral number && !number.isInteger()) {
      return SqlLiteral.createApproxNumeric(
          number.bigDecimalValue().doubleValue() + "", literal.getParserPosition());
    }
    return literal instanceof SqlUnknownLiteral typed && typed.tag.equalsIgnoreCase("uuid")
        ? text(typed.getValue().toString(), literal.getParserPosition())
        : literal;
  }

  @Override
  public SqlNode visit(SqlDataTypeSpec spec) {
    String name =
        spec.getTypeName().names.getFirst().toLowerCase(Locale.ROOT).replaceAll("[ _].*", "");
    SqlTypeName type = TYPES.get(name.equals("character") ? "varchar" : name);
    if (type == null) {
      throw bad(spec, "the type " + name + " is not served");
    }
    return type(type, spec.getParserPosition());
  }

  private static SqlDataTypeSpec type(SqlTypeName type, SqlParserPos pos) {
    return new SqlDataTypeSpec(new SqlBasicTypeNameSpec(type, pos), pos);
  }
}
