package io.btrdb.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;

/** The two passes over a stream of points: the first checks, the second copies. */
final class PointsReader {
  private static final int COLUMNS = 2;

  /** A batch whose columns lie in {@code body} for all of its rows. */
  private record Batch(int rows, ByteBuffer times, ByteBuffer values) {}

  private PointsReader() {}

  static InboundPoints read(ByteBuffer bytes, int limit) throws MalformedArrowException {
    IpcMessages messages = new IpcMessages(bytes);
    ArrowSchema schema = messages.schema(COLUMNS);
    ArrowType time = schema.fields().get(0).type();
    ArrowType value = schema.fields().get(1).type();
    checkTypes(schema, time, value);
    List<Batch> batches = new ArrayList<>();
    long rows = 0;
    for (RecordBatch batch = messages.batch(); batch != null; batch = messages.batch()) {
      Batch checked = check(batch, messages.body(), time.width(), value.width());
      rows += checked.rows();
      if (checked.rows() > 0 && rows <= limit) {
        batches.add(checked);
      }
    }
    return rows > limit
        ? new InboundPoints.TooMany(rows)
        : points((int) rows, batches, time, value);
  }

  private static void checkTypes(ArrowSchema schema, ArrowType time, ArrowType value)
      throws MalformedArrowException {
    boolean whole = time instanceof ArrowType.Whole w && w.bits() == Long.SIZE && w.signed();
    if (!whole && !(time instanceof ArrowType.Timestamp)) {
      throw new MalformedArrowException(
          "the first column holds times, as timestamp or int64, not " + schema.fields().get(0));
    }
    if (!(value instanceof ArrowType.Whole) && !(value instanceof ArrowType.Floating)) {
      throw new MalformedArrowException(
          "the second column holds numbers, not " + schema.fields().get(1));
    }
  }

  private static Batch check(RecordBatch batch, ByteBuffer body, int timeWidth, int valueWidth)
      throws MalformedArrowException {
    long rows = batch.length();
    if (rows < 0 || rows > body.remaining()) {
      throw new MalformedArrowException("a batch of " + rows + " rows that are not there");
    }
    if (batch.nodesLength() != COLUMNS || batch.buffersLength() != 2 * COLUMNS) {
      throw new MalformedArrowException("a batch that does not fit the schema");
    }
    for (int i = 0; i < COLUMNS; i++) {
      FieldNode node = batch.nodes(i);
      if (node.length() != rows) {
        throw new MalformedArrowException("a column that is not as long as its batch");
      }
      if (node.nullCount() != 0) {
        throw new MalformedArrowException(
            "column " + i + " has " + node.nullCount() + " rows without a value");
      }
    }
    return new Batch(
        (int) rows,
        data(batch.buffers(1), body, rows * timeWidth),
        data(batch.buffers(3), body, rows * valueWidth));
  }

  private static ByteBuffer data(Buffer buffer, ByteBuffer body, long bytes)
      throws MalformedArrowException {
    long offset = buffer.offset();
    boolean within = offset >= 0 && bytes <= body.remaining() - offset;
    if (!within || buffer.length() < bytes) {
      throw new MalformedArrowException("a column whose data is not in its batch");
    }
    return body.slice((int) offset, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static InboundPoints.Points points(
      int rows, List<Batch> batches, ArrowType time, ArrowType value) {
    long[] times = new long[rows];
    double[] values = new double[rows];
    int at = 0;
    for (Batch batch : batches) {
      ColumnReader.times(batch.times(), time, times, at, batch.rows());
      ColumnReader.values(batch.values(), value, values, at, batch.rows());
      at += batch.rows();
    }
    return new InboundPoints.Points(times, values);
  }
}
