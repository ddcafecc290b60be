package io.btrdb.arrow;

/** The types of columns that times and numbers can have. */
public sealed interface ArrowType {
  /** Nanoseconds since the epoch, UTC: the type of times unless a template says otherwise. */
  Timestamp NANOS_UTC = new Timestamp(Unit.NANOSECOND, "UTC");

  Floating FLOAT64 = new Floating(64);
  Whole UINT64 = new Whole(64, false);

  /**
   * @param zone empty for none
   */
  record Timestamp(Unit unit, String zone) implements ArrowType {}

  /**
   * @param bits 8, 16, 32 or 64
   */
  record Whole(int bits, boolean signed) implements ArrowType {}

  /**
   * @param bits 16, 32 or 64
   */
  record Floating(int bits) implements ArrowType {}

  /** Any other type: named, but neither read nor written. */
  record Foreign(String name) implements ArrowType {}

  /** Units of timestamps, in the order of their numbers in the format. */
  enum Unit {
    SECOND(1_000_000_000),
    MILLISECOND(1_000_000),
    MICROSECOND(1_000),
    NANOSECOND(1);

    final long nanos;

    Unit(long nanos) {
      this.nanos = nanos;
    }
  }

  /** Bytes of one value; 0 for a foreign type. */
  default int width() {
    return switch (this) {
      case Timestamp timestamp -> Long.BYTES;
      case Whole whole -> whole.bits() / Byte.SIZE;
      case Floating floating -> floating.bits() / Byte.SIZE;
      case Foreign foreign -> 0;
    };
  }

  /** The type as people write it. */
  default String text() {
    return switch (this) {
      case Timestamp t ->
          "timestamp[" + t.unit().name().toLowerCase(java.util.Locale.ROOT) + "," + t.zone() + "]";
      case Whole w -> (w.signed() ? "int" : "uint") + w.bits();
      case Floating f -> "float" + f.bits();
      case Foreign f -> f.name();
    };
  }
}
