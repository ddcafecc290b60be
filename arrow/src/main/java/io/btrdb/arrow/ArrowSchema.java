package io.btrdb.arrow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The columns of a stream, in order. */
public record ArrowSchema(List<ArrowField> fields) {
  /** Raw points: time, value. */
  public static final ArrowSchema POINTS =
      new ArrowSchema(
          List.of(
              ArrowField.of("time", ArrowType.NANOS_UTC),
              ArrowField.of("value", ArrowType.FLOAT64)));

  /** Windows: time, min, mean, max, count, stddev. */
  public static final ArrowSchema WINDOWS =
      new ArrowSchema(
          List.of(
              ArrowField.of("time", ArrowType.NANOS_UTC),
              ArrowField.of("min", ArrowType.FLOAT64),
              ArrowField.of("mean", ArrowType.FLOAT64),
              ArrowField.of("max", ArrowType.FLOAT64),
              ArrowField.of("count", ArrowType.UINT64),
              ArrowField.of("stddev", ArrowType.FLOAT64)));

  public ArrowSchema {
    fields = List.copyOf(fields);
  }

  /** A time, and one column of values for each name. */
  public static ArrowSchema joined(List<String> names) {
    List<ArrowField> fields = new ArrayList<>();
    fields.add(POINTS.fields().get(0));
    names.forEach(name -> fields.add(ArrowField.of(name, ArrowType.FLOAT64)));
    return new ArrowSchema(fields);
  }

  /**
   * Why rows of a time and values cannot be written in these columns; empty when they can: the
   * first as a timestamp or a 64-bit integer, the others as floating-point numbers.
   */
  public Optional<String> notForPoints() {
    for (int i = 0; i < fields.size(); i++) {
      ArrowField field = fields.get(i);
      boolean fits =
          i == 0
              ? field.type() instanceof ArrowType.Timestamp || isLong(field.type())
              : field.type() instanceof ArrowType.Floating;
      if (!fits) {
        return Optional.of(
            (i == 0
                    ? "times can be timestamp, int64 or uint64, not "
                    : "values can be float64, float32 or float16, not ")
                + field);
      }
    }
    return Optional.empty();
  }

  private static boolean isLong(ArrowType type) {
    return type instanceof ArrowType.Whole whole && whole.bits() == Long.SIZE;
  }
}
