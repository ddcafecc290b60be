package io.btrdb.arrow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow's own Java library, as the other side of what is written and read here. */
final class ReferenceReader {
  /** A stream as Arrow's library understands it: values column by column, over all batches. */
  record Table(Schema schema, int batches, List<List<Object>> columns) {}

  private ReferenceReader() {}

  static Table read(byte[] bytes) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      List<List<Object>> columns = new ArrayList<>();
      root.getFieldVectors().forEach(vector -> columns.add(new ArrayList<>()));
      int batches = 0;
      while (reader.loadNextBatch()) {
        batches++;
        for (int column = 0; column < columns.size(); column++) {
          FieldVector vector = root.getVector(column);
          for (int row = 0; row < root.getRowCount(); row++) {
            columns.get(column).add(vector.getObject(row));
          }
        }
      }
      return new Table(root.getSchema(), batches, columns);
    }
  }

  /** A stream of the fields; the filler sets the rows of each batch. */
  static byte[] write(List<Field> fields, List<Consumer<VectorSchemaRoot>> batches)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, Channels.newChannel(out))) {
      writer.start();
      for (Consumer<VectorSchemaRoot> batch : batches) {
        root.clear();
        batch.accept(root);
        writer.writeBatch();
      }
      writer.end();
    }
    return out.toByteArray();
  }
}
