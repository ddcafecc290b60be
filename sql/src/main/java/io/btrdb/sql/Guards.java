package io.btrdb.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.adapter.enumerable.EnumerableCalc;
import org.apache.calcite.adapter.enumerable.EnumerableCorrelate;
import org.apache.calcite.adapter.enumerable.EnumerableHashJoin;
import org.apache.calcite.adapter.enumerable.EnumerableLimitSort;
import org.apache.calcite.adapter.enumerable.EnumerableNestedLoopJoin;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rex.RexLiteral;

/** Puts guards into a plan, and hints into its scans. */
final class Guards {
  private final HintReader hints;

  Guards(HintReader hints) {
    this.hints = hints;
  }

  /** The plan, watched at its end, too. */
  EnumerableRel guarded(RelNode plan) {
    return new GuardRel(place(plan, false), new Guard.Pass());
  }

  /**
   * @param repeated the rows are asked for many times
   */
  private RelNode place(RelNode node, boolean repeated) {
    if (node instanceof StreamsScan scan) {
      return repeated ? new GuardRel(scan, new Guard.Kept()) : scan;
    }
    if (node instanceof EnumerableCalc calc && calc.getInput() instanceof StreamsScan scan) {
      StreamsScan hinted = scan.with(hints.read(calc.getProgram()));
      return calc.copy(calc.getTraitSet(), List.of(place(hinted, repeated)));
    }
    List<RelNode> inputs = new ArrayList<>();
    for (int i = 0; i < node.getInputs().size(); i++) {
      RelNode input = place(node.getInput(i), repeated || repeats(node, i));
      inputs.add(guard(node, i, input));
    }
    RelNode copy = node.copy(node.getTraitSet(), inputs);
    return copy instanceof Join || copy instanceof EnumerableCorrelate
        ? new GuardRel(copy, new Guard.Pass())
        : copy;
  }

  /** Operators that start their right side anew for each row of the left. */
  private static boolean repeats(RelNode node, int input) {
    return input == 1
        && (node instanceof EnumerableNestedLoopJoin || node instanceof EnumerableCorrelate);
  }

  private static RelNode guard(RelNode node, int index, RelNode input) {
    return switch (node) {
      case Aggregate aggregate ->
          new GuardRel(
              input,
              new Guard.Grouped(
                  aggregate.getGroupSet().toArray(), aggregate.getGroupSets().size()));
      case EnumerableLimitSort sort -> new GuardRel(input, new Guard.Retained(most(sort)));
      case Sort sort ->
          sort.getCollation().getFieldCollations().isEmpty() ? input : retained(input);
      case EnumerableHashJoin join -> index == 1 ? retained(input) : input;
      case Union union -> union.all ? input : grouped(input);
      case SetOp set -> grouped(input);
      default -> input;
    };
  }

  private static RelNode retained(RelNode input) {
    return new GuardRel(input, new Guard.Retained(Long.MAX_VALUE));
  }

  /** Every row is a group. */
  private static RelNode grouped(RelNode input) {
    int width = input.getRowType().getFieldCount();
    return new GuardRel(input, new Guard.Grouped(IntStream.range(0, width).toArray(), 1));
  }

  /** A sort with a limit keeps as many rows as that. */
  private static long most(Sort sort) {
    boolean known =
        sort.fetch instanceof RexLiteral
            && (sort.offset == null || sort.offset instanceof RexLiteral);
    if (!known) {
      return Long.MAX_VALUE;
    }
    long offset = sort.offset == null ? 0 : RexLiteral.intValue(sort.offset);
    return offset + RexLiteral.intValue(sort.fetch);
  }
}
