package io.btrdb.node.control;

import io.btrdb.placement.coordination.PlacementMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * What a plan has to say on a node that is not the controller, kept for a while: consoles and
 * commands ask every second or two, and a plan for many groups costs milliseconds. Thread-safe.
 */
final class LastNotes {
  static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final BiFunction<Picture, PlacementMap, List<String>> planning;
  private final LongSupplier nanos;
  private List<String> notes;
  private long madeNanos;

  /**
   * @param planning draws up a plan and returns its notes
   * @param nanos as {@link System#nanoTime} counts
   */
  LastNotes(BiFunction<Picture, PlacementMap, List<String>> planning, LongSupplier nanos) {
    this.planning = planning;
    this.nanos = nanos;
  }

  /** Notes of a plan for these, or of one that is no older than five seconds. */
  synchronized List<String> of(Picture picture, PlacementMap map) {
    long now = nanos.getAsLong();
    if (notes == null || now - madeNanos >= KEPT_NANOS) {
      notes = planning.apply(picture, map);
      madeNanos = now;
    }
    return notes;
  }
}
