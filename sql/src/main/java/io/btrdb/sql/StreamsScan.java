package io.btrdb.sql;

import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;

/** Reads the table, or the part of it that a hint names. */
final class StreamsScan extends TableScan implements EnumerableRel {
  private final RowHint hint;

  private StreamsScan(RelOptCluster cluster, RelTraitSet traits, RelOptTable table, RowHint hint) {
    super(cluster, traits, List.of(), table);
    this.hint = hint;
  }

  static StreamsScan of(RelOptCluster cluster, RelOptTable table) {
    RelTraitSet traits = cluster.traitSetOf(EnumerableConvention.INSTANCE);
    return new StreamsScan(cluster, traits, table, RowHint.ALL);
  }

  StreamsScan with(RowHint known) {
    return new StreamsScan(getCluster(), getTraitSet(), getTable(), known);
  }

  RowHint hint() {
    return hint;
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new StreamsScan(getCluster(), traits, getTable(), hint);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer).item("hint", hint);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    PhysType type =
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY);
    return implementor.result(
        type,
        Blocks.toBlock(
            Expressions.call(
                GuardedRows.class,
                "scan",
                implementor.getRootExpression(),
                implementor.stash(hint, RowHint.class))));
  }
}
