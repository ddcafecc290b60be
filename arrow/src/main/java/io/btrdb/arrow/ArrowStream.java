package io.btrdb.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Writes chunks of columns, each as a complete IPC stream: schema, at most one batch, end. Columns
 * are written without validity bitmaps, because nothing is missing in them; a column whose type is
 * that of its array is copied at once. Immutable, safe for any thread.
 */
public final class ArrowStream {
  private static final int FRAME_BYTES = 2 * Integer.BYTES;
  private static final int ALIGNMENT = 8;

  private final ArrowSchema schema;
  private final byte[] schemaMessage;

  public ArrowStream(ArrowSchema schema) {
    this.schema = schema;
    this.schemaMessage = SchemaMessage.encode(schema);
  }

  public ArrowSchema schema() {
    return schema;
  }

  /**
   * The schema of a stream that somebody sent as a template, or why it is none that rows of a time
   * and {@code columns - 1} values can be written in.
   */
  public static ArrowSchema template(ByteBuffer bytes, int columns) throws MalformedArrowException {
    ArrowSchema schema = IpcMessages.guard(() -> new IpcMessages(bytes).schema(columns));
    Optional<String> wrong = schema.notForPoints();
    if (wrong.isPresent()) {
      throw new MalformedArrowException(wrong.get());
    }
    return schema;
  }

  /**
   * A chunk, ready to be written.
   *
   * @param rows the first of each column; without any the stream has no batch
   * @param columns as many as the schema has, of times and numbers that its types can hold
   */
  public Chunk chunk(int rows, Column... columns) {
    if (columns.length != schema.fields().size()) {
      throw new IllegalArgumentException(columns.length + " columns for " + schema);
    }
    return new Chunk(rows, columns);
  }

  /** A stream with its size known, before it is written. */
  public final class Chunk {
    private final int rows;
    private final Column[] columns;
    private final byte[] batchMessage;
    private final int size;

    private Chunk(int rows, Column[] columns) {
      this.rows = rows;
      this.columns = columns;
      long bodyBytes = 0;
      for (ArrowField field : schema.fields()) {
        bodyBytes += padded((long) rows * field.type().width());
      }
      this.batchMessage = rows == 0 ? null : batchMessage(rows, bodyBytes);
      long bytes = framed(schemaMessage) + FRAME_BYTES;
      if (rows > 0) {
        bytes += framed(batchMessage) + bodyBytes;
      }
      this.size = Math.toIntExact(bytes);
    }

    /** Bytes that {@link #write} fills. */
    public int size() {
      return size;
    }

    /** Writes the stream at {@code into[at, at + size())}. */
    public void write(byte[] into, int at) {
      ByteBuffer out = ByteBuffer.wrap(into, at, size).order(ByteOrder.LITTLE_ENDIAN);
      frame(out, schemaMessage);
      if (rows > 0) {
        frame(out, batchMessage);
        for (int i = 0; i < columns.length; i++) {
          int begin = out.position();
          int bytes = rows * schema.fields().get(i).type().width();
          ByteBuffer data = out.slice(begin, bytes).order(ByteOrder.LITTLE_ENDIAN);
          ColumnWriter.write(columns[i], rows, schema.fields().get(i).type(), data);
          pad(out.position(begin + bytes), begin);
        }
      }
      out.putInt(IpcMessages.CONTINUATION).putInt(0);
      if (out.hasRemaining()) {
        throw new IllegalStateException(out.remaining() + " bytes of the stream were not written");
      }
    }

    public byte[] toByteArray() {
      byte[] bytes = new byte[size];
      write(bytes, 0);
      return bytes;
    }
  }

  private byte[] batchMessage(int rows, long bodyBytes) {
    int columns = schema.fields().size();
    FlatBufferBuilder out = new FlatBufferBuilder(128 + 48 * columns);
    // Flatbuffers are written back to front: data before validity, and the last column first.
    RecordBatch.startBuffersVector(out, 2 * columns);
    long end = bodyBytes;
    for (int i = columns - 1; i >= 0; i--) {
      long length = (long) rows * schema.fields().get(i).type().width();
      end -= padded(length);
      Buffer.createBuffer(out, end, length);
      Buffer.createBuffer(out, end, 0);
    }
    int buffers = out.endVector();
    RecordBatch.startNodesVector(out, columns);
    for (int i = 0; i < columns; i++) {
      FieldNode.createFieldNode(out, rows, 0);
    }
    int nodes = out.endVector();
    RecordBatch.startRecordBatch(out);
    RecordBatch.addLength(out, rows);
    RecordBatch.addNodes(out, nodes);
    RecordBatch.addBuffers(out, buffers);
    int batch = RecordBatch.endRecordBatch(out);
    Message.startMessage(out);
    Message.addVersion(out, MetadataVersion.V5);
    Message.addHeaderType(out, MessageHeader.RecordBatch);
    Message.addHeader(out, batch);
    Message.addBodyLength(out, bodyBytes);
    Message.finishMessageBuffer(out, Message.endMessage(out));
    return out.sizedByteArray();
  }

  private static long padded(long length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static long framed(byte[] message) {
    return FRAME_BYTES + padded(message.length);
  }

  private static void frame(ByteBuffer out, byte[] message) {
    out.putInt(IpcMessages.CONTINUATION).putInt((int) padded(message.length));
    int begin = out.position();
    pad(out.put(message), begin);
  }

  private static void pad(ByteBuffer out, int begin) {
    int length = out.position() - begin;
    for (long i = length; i < padded(length); i++) {
      out.put((byte) 0);
    }
  }
}
