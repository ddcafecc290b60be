package io.btrdb.node.door;

import io.btrdb.api.wire.InsertMessage;
import io.btrdb.api.wire.RawValuesMessage;
import io.btrdb.api.wire.StatPointsMessage;
import io.btrdb.codec.PointsCodec;
import java.util.concurrent.TimeUnit;

/** Every bound of the door, in one place; those that depend on each other are asserted below. */
final class Limits {
  /** The contract takes batches of 50,000; past this limit an insert is refused with 414. */
  static final int INSERT_POINTS = 65_536;

  /** What both existing clients send in one insert. */
  private static final int CLIENT_BATCH_POINTS = 50_000;

  /**
   * Inserts up to this size are checked and packed on the network thread: a few tens of
   * microseconds, less than handing them to another thread and back.
   */
  static final int INLINE_POINTS = 512;

  /** A larger message ends its call with RESOURCE_EXHAUSTED. */
  static final int INBOUND_MESSAGE_BYTES = 16 << 20;

  static final int INBOUND_METADATA_BYTES = 16 << 10;

  /** Go clients keep gRPC's default limit for what they receive. */
  static final int OUTBOUND_MESSAGE_BYTES = 4 << 20;

  /** Points and windows in one v5 message, by convention of the contract. */
  static final int CHUNK_POINTS = 5_000;

  /** Points in one chunk of the cluster's own Values. */
  static final int COLUMN_POINTS = 65_536;

  static final int CHUNK_RANGES = 1_000;

  /** Descriptors and collection names are sent when a message has grown to this. */
  static final int CATALOG_MESSAGE_BYTES = 1 << 20;

  /** Descriptors, or collection names, asked of the catalog at a time. */
  static final int CATALOG_PAGE = 500;

  /** Windows in one Arrow stream. */
  static final int ARROW_WINDOWS = 32_768;

  /** Streams that one call may read together: a cursor each, here or at another node. */
  static final int JOINED_STREAMS = 500;

  /** Points that all streams read together have in memory, not counting those under way. */
  static final int JOINED_POINTS = 1 << 18;

  /** Rows of streams read together are sent when they have grown to about this. */
  static final int JOINED_BYTES = 2 << 20;

  /** Under way for each stream that is read together with others from another node. */
  static final int JOINED_WINDOW_BYTES = 64 << 10;

  /** More windows than anybody looks at; keeps a width of 1 ns over a century from running on. */
  static final long QUERY_WINDOWS = 1L << 27;

  static final int COLLECTION_BYTES = 255;
  static final int KEY_BYTES = 63;
  static final int TAG_VALUE_BYTES = 255;

  /** Largest value of one annotation. */
  static final int ANNOTATION_VALUE_BYTES = 64 << 10;

  /** Largest sum of keys and values in one request. */
  static final int ANNOTATION_TOTAL_BYTES = 256 << 10;

  /** Calls with one request that are being answered, of all kinds. */
  static final int CALLS = 2_000;

  /** Of requests that are not answered yet, those of Submit included. */
  static final long REQUEST_BYTES = 128L << 20;

  /** Of requests that have begun to arrive and are not complete. */
  static final long ARRIVING_BYTES = 256L << 20;

  /** Calls of Submit that are open; a client or a node has one with each node. */
  static final int SUBMITS = 2_048;

  /** Queries that run at once; they wait for disks and for slow receivers, not only for cores. */
  static final int QUERIES = 64;

  /** Queries that wait, for one of those to end or for their receivers. */
  static final int QUERIES_QUEUED = 512;

  /** Queries in SQL that run at once, each on a thread that may keep a core. */
  static final int SQL_QUERIES = 2;

  /** Queries in SQL that wait, for one of those to end or for their receivers. */
  static final int SQL_QUERIES_QUEUED = 64;

  /** The longest query in SQL, waiting for its receiver included. */
  static final long SQL_NANOS = TimeUnit.MINUTES.toNanos(2);

  /** Rows of SQL are sent when a message has grown to this. */
  static final int SQL_MESSAGE_BYTES = 1 << 20;

  /** The largest row. */
  static final int SQL_ROW_BYTES = 2 << 20;

  /** Larger v5 inserts that are checked and packed at once, which is work for cores alone. */
  static final int PACKERS = 8;

  /** Sequences that a shard remembers of one session. */
  static final int SESSION_WINDOW = 4_096;

  /** Sessions of this node in one shard; a second one is opened only when the first is full. */
  static final int SESSIONS_PER_SHARD = 4;

  /** Bytes of frames that one Submit call has in the node before it is read no further. */
  static final long SUBMIT_BYTES = 8L << 20;

  /** Requests that one Submit call has in the node before it is read no further. */
  static final int SUBMIT_REQUESTS = 8_192;

  static final int CALLS_PER_CONNECTION = 1_000;

  /** Calls of nodes and operators, beside the contract's and the cluster's Data service. */
  static final int NODE_CALLS = 1_000;

  /** Messages asked of another node ahead of the receiver's pace. */
  static final int FORWARD_AHEAD = 4;

  /** How long a write, or finding the place of a read, may take when the client did not say. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A bound on staleness beyond a day is a mistake rather than a wish. */
  static final int STALENESS_MILLIS = 24 * 60 * 60 * 1_000;

  /** Calls of Subscribe on a node. */
  static final int SUBSCRIPTIONS = 200;

  /** Streams in one of them. */
  static final int SUBSCRIBED_STREAMS = 10_000;

  /** Compressed points that wait for one subscriber; past it, it is cut off. */
  static final long SUBSCRIPTION_BYTES = 4L << 20;

  /** The hint that goes with 426. */
  static final int RETRY_AFTER_MILLIS = 100;

  static {
    check(INSERT_POINTS >= CLIENT_BATCH_POINTS, "the clients' batches are taken");
    check(INSERT_POINTS <= PointsCodec.MAX_POINTS, "an insert is one block of points");
    check(INSERT_POINTS <= InsertMessage.MAX_POINTS, "a message holds an insert past the limit");
    check(INSERT_POINTS * 20L < INBOUND_MESSAGE_BYTES, "an insert at the limit fits its message");
    check(CHUNK_POINTS <= RawValuesMessage.POINTS, "raw points fit a message");
    check(CHUNK_POINTS <= StatPointsMessage.POINTS, "windows fit a message");
    check(CHUNK_POINTS * 56L < OUTBOUND_MESSAGE_BYTES, "a chunk of windows fits a message");
    check(COLUMN_POINTS * 18L < OUTBOUND_MESSAGE_BYTES, "a chunk of columns fits a message");
    check(COLUMN_POINTS * 16L < OUTBOUND_MESSAGE_BYTES / 2, "an Arrow stream fits a message");
    check(ARROW_WINDOWS * 48L < OUTBOUND_MESSAGE_BYTES / 2, "Arrow windows fit a message");
    check(
        JOINED_BYTES + JOINED_STREAMS * 2_048L < OUTBOUND_MESSAGE_BYTES,
        "rows of joined streams and their schema fit a message");
    check(INSERT_POINTS * 20L < SUBSCRIPTION_BYTES, "an insert alone cuts no subscriber off");
    check(INSERT_POINTS * 20L < OUTBOUND_MESSAGE_BYTES, "news of an insert fit a message");
    check(
        JOINED_STREAMS < FairShare.alone(QUERIES + QUERIES_QUEUED),
        "a node can serve all streams of a join, to a caller that is alone");
    check(
        INBOUND_MESSAGE_BYTES < FairShare.alone(REQUEST_BYTES),
        "a caller that is alone can send the largest message");
    check(
        INBOUND_MESSAGE_BYTES < FairShare.alone(ARRIVING_BYTES),
        "the largest message of a caller that is alone arrives");
    check(SUBMIT_BYTES < FairShare.alone(REQUEST_BYTES), "a call of Submit gets all it may have");
    check(COLUMN_POINTS <= PointsCodec.MAX_POINTS, "a chunk of columns is one block");
    check(
        CATALOG_MESSAGE_BYTES + ANNOTATION_TOTAL_BYTES < OUTBOUND_MESSAGE_BYTES,
        "a message of descriptors and one more fit");
    check(CALLS < SESSION_WINDOW * SESSIONS_PER_SHARD, "all calls may be writes to the same shard");
    check(
        SQL_MESSAGE_BYTES + SQL_ROW_BYTES < OUTBOUND_MESSAGE_BYTES,
        "a message of rows and one more fit");
    check(SUBMIT_BYTES < INBOUND_MESSAGE_BYTES, "a frame past the bound is still one message");
  }

  private Limits() {}

  private static void check(boolean holds, String law) {
    if (!holds) {
      throw new IllegalStateException("limits contradict each other: " + law);
    }
  }
}
