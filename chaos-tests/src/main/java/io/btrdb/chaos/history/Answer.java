package io.btrdb.chaos.history;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What came back. */
public sealed interface Answer {
  /** Nothing but perhaps a version: of writes, faults and phases. */
  record Done() implements Answer {}

  /** It failed; whether it had an effect is a matter of the operation's type. */
  record Failure(int code, String text) implements Answer {}

  /** Of values, in order of time, and of nearest: none or one. */
  record Points(Columns columns) implements Answer {}

  /** Of windows: one for each, in order of time. */
  record Statistics(
      long[] starts, long[] counts, double[] min, double[] mean, double[] max, double[] stddev)
      implements Answer {
    @Override
    public boolean equals(Object other) {
      return other instanceof Statistics that
          && Arrays.equals(starts, that.starts)
          && Arrays.equals(counts, that.counts)
          && Arrays.equals(min, that.min)
          && Arrays.equals(mean, that.mean)
          && Arrays.equals(max, that.max)
          && Arrays.equals(stddev, that.stddev);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(starts) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
      return starts.length + " windows";
    }
  }

  /** Of changes: ranges in order of time, ends exclusive. */
  record Ranges(long[] starts, long[] ends) implements Answer {
    @Override
    public boolean equals(Object other) {
      return other instanceof Ranges that
          && Arrays.equals(starts, that.starts)
          && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(starts) + Arrays.hashCode(ends);
    }

    @Override
    public String toString() {
      return starts.length + " ranges";
    }
  }

  /** Of a replica: how many points, and a hash over them in order. */
  record Digest(long points, long hash) implements Answer {}

  /** Of leaders: who leads which group in which term. */
  record Reigns(List<Reign> reigns) implements Answer {}

  record Reign(String group, long term, String leader) {}

  /** Of slots: ranges of hash slots, each with its shard's first and how many. */
  record SlotRanges(int[] firsts, int[] counts) implements Answer {
    @Override
    public boolean equals(Object other) {
      return other instanceof SlotRanges that
          && Arrays.equals(firsts, that.firsts)
          && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(firsts) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
      return Arrays.toString(firsts) + " + " + Arrays.toString(counts);
    }
  }

  /** Of resources and alarms: figures by name. */
  record Figures(Map<String, Long> byName) implements Answer {}
}
