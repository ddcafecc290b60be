package io.btrdb.sql;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.util.NlsString;

/** Reads from a condition on the table's rows which of them can fulfil it. */
final class HintReader {
  /** More are not looked up one by one. */
  static final int UUIDS_MAX = 1_000;

  private final Map<String, Object> parameters;
  private final RexBuilder expressions;

  HintReader(Map<String, Object> parameters, RexBuilder expressions) {
    this.parameters = parameters;
    this.expressions = expressions;
  }

  RowHint read(RexProgram program) {
    if (program.getCondition() == null) {
      return RowHint.ALL;
    }
    RexNode condition = program.expandLocalRef(program.getCondition());
    RexNode plain = RexUtil.expandSearch(expressions, null, condition);
    RowHint hint = RowHint.ALL;
    for (RexNode each : RelOptUtil.conjunctions(plain)) {
      hint = narrowed(hint, each);
    }
    return hint;
  }

  private RowHint narrowed(RowHint hint, RexNode condition) {
    if (condition.getKind() == SqlKind.OR || condition.getKind() == SqlKind.EQUALS) {
      Optional<Set<UUID>> uuids = uuids(condition);
      if (uuids.isPresent() && uuids.get().size() <= UUIDS_MAX && hint.uuids().isEmpty()) {
        return hint.withUuids(uuids.get());
      }
    }
    if (!(condition instanceof RexCall call) || call.getOperands().size() != 2) {
      return hint;
    }
    if (call.getKind() == SqlKind.EQUALS) {
      Optional<RowHint> left = equal(hint, call.getOperands().get(0), call.getOperands().get(1));
      return left.or(() -> equal(hint, call.getOperands().get(1), call.getOperands().get(0)))
          .orElse(hint);
    }
    if (call.getOperator().getName().equals("text_like")
        && column(call.getOperands().get(0)) == StreamsTable.COLLECTION
        && value(call.getOperands().get(1)) != null) {
      String prefix = TextFunctions.prefixOf(value(call.getOperands().get(1)));
      return prefix.isEmpty() ? hint : hint.withCollection(prefix, true);
    }
    return hint;
  }

  private Optional<RowHint> equal(RowHint hint, RexNode left, RexNode right) {
    int column = column(left);
    String text = value(right);
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    if (column == StreamsTable.COLLECTION) {
      return Optional.of(hint.withCollection(text, false));
    }
    int tag = column - StreamsTable.FIRST_TAG;
    return tag >= 0 && tag < StreamsTable.TAGS.size()
        ? Optional.of(hint.withTag(StreamsTable.TAGS.get(tag), text))
        : Optional.empty();
  }

  /** The UUIDs of a condition that is nothing but a choice of UUIDs. */
  private Optional<Set<UUID>> uuids(RexNode condition) {
    Set<UUID> all = new HashSet<>();
    for (RexNode each : RelOptUtil.disjunctions(condition)) {
      if (!(each instanceof RexCall call) || call.getKind() != SqlKind.EQUALS) {
        return Optional.empty();
      }
      RexNode left = call.getOperands().get(0);
      RexNode right = call.getOperands().get(1);
      RexNode other = column(left) == StreamsTable.UUID ? right : left;
      boolean named = column(left) == StreamsTable.UUID || column(right) == StreamsTable.UUID;
      String text = named ? value(other) : null;
      Optional<UUID> uuid = text == null ? Optional.empty() : Parameters.uuid(text);
      if (uuid.isEmpty()) {
        return Optional.empty();
      }
      all.add(uuid.get());
    }
    return Optional.of(all);
  }

  /** -1 when the expression is no column. */
  private static int column(RexNode node) {
    if (node.getKind() == SqlKind.CAST && isText(node)) {
      RexNode inner = ((RexCall) node).getOperands().get(0);
      return isText(inner) ? column(inner) : -1;
    }
    return node instanceof RexInputRef column ? column.getIndex() : -1;
  }

  private static boolean isText(RexNode node) {
    return node.getType().getSqlTypeName().getFamily() == SqlTypeFamily.CHARACTER;
  }

  /** A text that is known; null when it is not. */
  private String value(RexNode node) {
    if (node instanceof RexCall call && call.getOperator().getName().equals("text_uuid")) {
      String inner = value(call.getOperands().get(0));
      return inner == null ? null : Parameters.uuid(inner).map(UUID::toString).orElse(null);
    }
    if (node.getKind() == SqlKind.CAST && isText(node)) {
      return value(((RexCall) node).getOperands().get(0));
    }
    if (node instanceof RexDynamicParam parameter) {
      return parameters.get(parameter.getName()) instanceof String text ? text : null;
    }
    return node instanceof RexLiteral literal && literal.getValue() instanceof NlsString text
        ? text.getValue()
        : null;
  }
}
