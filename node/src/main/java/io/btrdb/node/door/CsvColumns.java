package io.btrdb.node.door;

import java.util.List;

/** A stream's columns of a table whose rows are times. Used by one thread at a time. */
interface CsvColumns {
  /** The version that is read. */
  long version();

  /** What the columns are called, behind the stream's label; empty for a single column. */
  List<String> titles();

  /** Time of the next row; {@link Long#MAX_VALUE} when there is none. */
  long time();

  /** Adds the next row's cells, and moves on. */
  void take(List<String> row);

  /** No more is wanted. From any thread. */
  void cancel();
}
