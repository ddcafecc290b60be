package io.btrdb.sql;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptRules;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelCollationTraitDef;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.util.CancelFlag;

/**
 * A query made ready to run: checked, planned, and turned into code.
 *
 * @param columns names and types of the answer
 * @param values what the code asks for by name: parameters, and what is stashed in it
 */
record QueryPlan(
    RelNode tree,
    Bindable<?> code,
    List<RelDataTypeField> columns,
    Map<String, Object> values,
    JavaTypeFactoryImpl types) {

  /** Longer lists are joined with, since a method of code has an end. */
  private static final int IN_LIST_MAX = 200;

  Enumerable<?> run(QueryRun run) {
    return code.bind(run);
  }

  /** Throws {@link SqlRefusedException} and the engine's own exceptions. */
  static QueryPlan of(Dialect dialect, SqlNode query, Parameters parameters, Stop stop) {
    JavaTypeFactoryImpl types = Dialect.types();
    CalciteCatalogReader names = dialect.names(types);
    SqlValidator validator =
        SqlValidatorUtil.newValidator(Dialect.operators(names), names, types, Dialect.VALIDATOR);
    SqlNode valid = validator.validate(query);
    VolcanoPlanner planner = new VolcanoPlanner(null, Contexts.of(new CancelFlag(stop.flag())));
    planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
    planner.addRelTraitDef(RelCollationTraitDef.INSTANCE);
    Dialect.OPERATORS.forEach(planner::addRule);
    RelOptCluster cluster = RelOptCluster.create(planner, new RexBuilder(types));
    RelRoot root =
        new SqlToRelConverter(
                null,
                validator,
                names,
                cluster,
                StandardConvertletTable.INSTANCE,
                SqlToRelConverter.config().withExpand(false).withInSubQueryThreshold(IN_LIST_MAX))
            .convertQuery(valid, false, true);
    stop.check();
    RelNode logical = logical(root);
    Map<String, Object> values = parameters.values(parametersOf(logical));
    stop.check();
    RelNode physical = physical(planner, logical, root);
    stop.check();
    EnumerableRel guarded =
        new Guards(new HintReader(values, cluster.getRexBuilder())).guarded(physical);
    Map<String, Object> stash = new HashMap<>();
    Bindable<?> code =
        EnumerableInterpretable.toBindable(stash, null, guarded, EnumerableRel.Prefer.ARRAY);
    stash.putAll(values);
    return new QueryPlan(
        guarded, code, validator.getValidatedNodeType(valid).getFieldList(), stash, types);
  }

  private static Set<RexDynamicParam> parametersOf(RelNode tree) {
    Set<RexDynamicParam> found = new HashSet<>();
    RexShuttle expressions =
        new RexShuttle() {
          @Override
          public RexNode visitDynamicParam(RexDynamicParam parameter) {
            found.add(parameter);
            return parameter;
          }
        };
    new RelVisitor() {
      @Override
      public void visit(RelNode node, int ordinal, RelNode parent) {
        var unchanged = node.accept(expressions);
        super.visit(node, ordinal, parent);
      }
    }.go(tree);
    return found;
  }

  private static RelNode logical(RelRoot root) {
    RelNode joined = apply(Dialect.SUBQUERIES, root.project());
    RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(joined.getCluster(), null);
    return apply(Dialect.PUSHES, RelDecorrelator.decorrelateQuery(joined, builder));
  }

  private static RelNode physical(VolcanoPlanner planner, RelNode logical, RelRoot root) {
    RelTraitSet wanted =
        logical
            .getTraitSet()
            .replace(EnumerableConvention.INSTANCE)
            .replace(root.collation)
            .simplify();
    planner.setRoot(planner.changeTraits(logical, wanted));
    return apply(RelOptRules.CALC_RULES, planner.findBestExp());
  }

  private static RelNode apply(List<RelOptRule> rules, RelNode tree) {
    HepPlanner planner = new HepPlanner(new HepProgramBuilder().addRuleCollection(rules).build());
    planner.setRoot(tree);
    return planner.findBestExp();
  }
}
