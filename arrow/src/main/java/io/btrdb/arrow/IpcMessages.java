package io.btrdb.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * The messages of an IPC stream, one after the other. Every length is checked against what is
 * there; a flatbuffer that points outside of its message ends in an {@link
 * IndexOutOfBoundsException}, which {@link #guard} turns into a {@link MalformedArrowException}.
 *
 * <pre>
 * stream  := message* [continuation 0:int32]
 * message := continuation metadataLength:int32 metadata body
 * continuation := 0xFFFFFFFF
 * metadata := flatbuffer Message, padded to 8 bytes
 * </pre>
 */
final class IpcMessages {
  static final int CONTINUATION = -1;

  private final ByteBuffer in;
  private Message message;
  private ByteBuffer body;

  IpcMessages(ByteBuffer bytes) {
    in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A reading of outside bytes. */
  interface Reading<T> {
    T read() throws MalformedArrowException;
  }

  static <T> T guard(Reading<T> reading) throws MalformedArrowException {
    try {
      return reading.read();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new MalformedArrowException("a message of the stream points outside of itself");
    }
  }

  /** The schema, which is the first message, if it has as many columns as are needed. */
  ArrowSchema schema(int columns) throws MalformedArrowException {
    if (!next()) {
      throw new MalformedArrowException("the stream is empty");
    }
    Schema schema = message.headerType() == MessageHeader.Schema ? header(new Schema()) : null;
    if (schema == null) {
      throw new MalformedArrowException("the stream does not begin with a schema");
    }
    return SchemaMessage.decode(schema, columns);
  }

  /** The next batch of rows; null at the end. */
  RecordBatch batch() throws MalformedArrowException {
    if (!next()) {
      return null;
    }
    RecordBatch batch =
        message.headerType() == MessageHeader.RecordBatch ? header(new RecordBatch()) : null;
    if (batch == null) {
      throw new MalformedArrowException("after the schema only batches of rows are read");
    }
    if (batch.compression() != null) {
      throw new MalformedArrowException("compressed batches are not read: send them plain");
    }
    return batch;
  }

  /** The body of the message that was read last. */
  ByteBuffer body() {
    return body;
  }

  @SuppressWarnings("unchecked")
  private <T extends com.google.flatbuffers.Table> T header(T into) {
    return (T) message.header(into);
  }

  private boolean next() throws MalformedArrowException {
    if (!in.hasRemaining()) {
      return false;
    }
    if (in.remaining() < 2 * Integer.BYTES || in.getInt() != CONTINUATION) {
      throw new MalformedArrowException("these bytes are not an Arrow IPC stream");
    }
    int length = in.getInt();
    if (length == 0) {
      return false;
    }
    message = Message.getRootAsMessage(take(length));
    body = take(message.bodyLength());
    return true;
  }

  private ByteBuffer take(long length) throws MalformedArrowException {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedArrowException(
          "a part of " + length + " bytes where " + in.remaining() + " are left");
    }
    ByteBuffer part = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + (int) length);
    return part;
  }
}
