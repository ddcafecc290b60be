package io.btrdb.client;

import java.util.List;

/**
 * What of a stream can be read. Nothing in it is ever taken back.
 *
 * @param latest the latest sealed version
 * @param oldest the lowest version that can be read; those below are an error 450
 * @param archiveHorizon segments below it may go to slower storage; kept for whoever set it
 * @param reduced spans of time of which only windows can be read, in order of time
 */
public record Retention(long latest, long oldest, long archiveHorizon, List<Span> reduced) {
  public Retention {
    reduced = List.copyOf(reduced);
  }

  /**
   * A span of time that is looked at in slots of 2^resolution ns only: the points of a slot count
   * as one thing that lies where the slot begins.
   *
   * @param start first nanosecond
   * @param end the one after the last
   * @param resolution 0 to 63
   */
  public record Span(long start, long end, int resolution) {}
}
