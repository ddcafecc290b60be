package io.btrdb.client;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.api.v5.LookupStreamsResponse;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.StreamDescriptor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Streams found by {@link Btrdb#lookup}, one at a time, with their metadata.
 *
 * <pre>{@code
 * try (StreamCursor found = db.lookup(LookupQuery.prefix("plant/"))) {
 *   while (found.next()) {
 *     use(found.stream());
 *   }
 * }
 * }</pre>
 *
 * Belongs to one thread at a time.
 */
public final class StreamCursor implements AutoCloseable {
  private final ClientCore core;
  private final ResumingRead<LookupStreamsResponse> read;
  private Iterator<StreamDescriptor> chunk = List.<StreamDescriptor>of().iterator();
  private BtrdbStream stream;

  private StreamCursor(ClientCore core, ResumingRead<LookupStreamsResponse> read) {
    this.core = core;
    this.read = read;
  }

  static StreamCursor open(ClientCore core, LookupQuery query) {
    // Not resumed once begun: the order is not promised.
    var plan =
        new OnePass<>(
            BTrDBGrpc.getLookupStreamsMethod(), request(query), LookupStreamsResponse::getStat);
    return new StreamCursor(core, new ResumingRead<>(core, null, "lookup", ReadAt.LATEST, plan));
  }

  private static LookupStreamsParams request(LookupQuery query) {
    LookupStreamsParams.Builder request =
        LookupStreamsParams.newBuilder()
            .setCollection(query.collection())
            .setIsCollectionPrefix(query.isPrefix());
    query.tags().forEach((key, value) -> request.addTags(filter(key, value)));
    query.annotations().forEach((key, value) -> request.addAnnotations(filter(key, value)));
    return request.build();
  }

  private static KeyOptValue filter(String key, Optional<String> value) {
    KeyOptValue.Builder filter = KeyOptValue.newBuilder().setKey(key);
    value.ifPresent(text -> filter.setVal(OptValue.newBuilder().setValue(text)));
    return filter.build();
  }

  /** Moves to the next stream; false at the end. */
  public boolean next() {
    while (!chunk.hasNext()) {
      LookupStreamsResponse message = read.next();
      if (message == null) {
        stream = null;
        return false;
      }
      chunk = message.getResultsList().iterator();
    }
    BtrdbStream.Descriptor descriptor = MetadataCalls.descriptor(chunk.next());
    stream = new BtrdbStream(core, descriptor.uuid(), descriptor);
    return true;
  }

  /** The current stream. */
  public BtrdbStream stream() {
    if (stream == null) {
      throw new IllegalStateException("there is no current stream: next() was not true");
    }
    return stream;
  }

  /** All remaining streams. */
  public List<BtrdbStream> toList() {
    List<BtrdbStream> streams = new ArrayList<>();
    while (next()) {
      streams.add(stream);
    }
    return streams;
  }

  /** Ends the lookup, also in the middle. */
  @Override
  public void close() {
    read.close();
  }
}
