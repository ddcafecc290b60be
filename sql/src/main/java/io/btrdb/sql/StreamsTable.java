package io.btrdb.sql;

import java.util.List;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelOptTable.ToRelContext;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * The one table: its columns, as the contract gives them; texts have the bounds of their names. A
 * UUID is its text, in small letters, which sorts as its bytes do.
 */
final class StreamsTable extends AbstractTable implements TranslatableTable {
  static final String NAME = "streams";
  static final int UUID = 0;
  static final int COLLECTION = 1;

  /** Columns that are tags, and the first one's index. */
  static final List<String> TAGS = List.of("name", "unit", "ingress");

  static final int FIRST_TAG = 2;

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    RelDataType text = types.createSqlType(SqlTypeName.VARCHAR);
    return types
        .builder()
        .add("uuid", text)
        .add("collection", text)
        .add("name", text)
        .add("unit", text)
        .add("ingress", text)
        .add("property_version", types.createSqlType(SqlTypeName.BIGINT))
        .add("annotations", types.createMapType(text, text))
        .build();
  }

  @Override
  public RelNode toRel(ToRelContext context, RelOptTable table) {
    return StreamsScan.of(context.getCluster(), table);
  }
}
