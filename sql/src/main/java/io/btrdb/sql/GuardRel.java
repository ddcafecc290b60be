package io.btrdb.sql;

import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;

/** Puts a {@link Guard} on the way from one operator to the next. */
final class GuardRel extends SingleRel implements EnumerableRel {
  private final Guard guard;

  GuardRel(RelNode input, Guard guard) {
    super(input.getCluster(), input.getTraitSet(), input);
    this.guard = guard;
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new GuardRel(inputs.getFirst(), guard);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer).item("guard", guard);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    Result child = implementor.visitChild(this, 0, (EnumerableRel) getInput(), prefer);
    BlockBuilder code = new BlockBuilder();
    Expression rows = code.append("rows", child.block);
    code.add(
        Expressions.return_(
            null,
            Expressions.call(
                GuardedRows.class,
                "watch",
                implementor.getRootExpression(),
                rows,
                implementor.stash(guard, Guard.class))));
    return implementor.result(child.physType, code.toBlock());
  }
}
