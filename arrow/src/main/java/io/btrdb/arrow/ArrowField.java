package io.btrdb.arrow;

/** A column of a schema. */
public record ArrowField(String name, ArrowType type, boolean nullable) {
  /** A column without missing values. */
  public static ArrowField of(String name, ArrowType type) {
    return new ArrowField(name, type, false);
  }

  @Override
  public String toString() {
    return name + ": " + type.text();
  }
}
