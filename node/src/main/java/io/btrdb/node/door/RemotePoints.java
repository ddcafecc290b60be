package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.Codes;
import io.btrdb.tree.PointChunk;
import java.io.IOException;
import java.util.Optional;

/** A stream's points from another node, by the cluster's own Values. */
final class RemotePoints implements PointSource {
  private static final RemoteMessages.Form<PointsChunk> FORM =
      new RemoteMessages.Form<>() {
        @Override
        public PointsChunk parse(byte[] bytes) throws IOException {
          return PointsChunk.parseFrom(bytes);
        }

        @Override
        public Optional<Refusal> refusal(PointsChunk message) {
          return message.getCode() == 0
              ? Optional.empty()
              : Optional.of(new Refusal(Codes.of(message.getCode()), message.getMessage()));
        }
      };

  private final RemoteMessages<PointsChunk> messages;
  private PointChunk chunk = new PointChunk(0);

  private RemotePoints(RemoteMessages<PointsChunk> messages) {
    this.messages = messages;
  }

  static ReadPlaces.RemoteOpening<PointSource> opening(ValuesRequest request) {
    return RemoteMessages.opening(
        new RemoteAnswer.Request(DataGrpc.getValuesMethod(), request), FORM, RemotePoints::new);
  }

  @Override
  public long major() {
    return messages.first().getVersionMajor();
  }

  @Override
  public long minor() {
    return messages.first().getVersionMinor();
  }

  @Override
  public PointChunk next() {
    for (PointsChunk more = messages.next(); more != null; more = messages.next()) {
      if (decode(more.getPoints())) {
        return chunk;
      }
    }
    return null;
  }

  private boolean decode(ByteString points) {
    byte[] block = points.toByteArray();
    int count = PointsCodec.count(block, 0, block.length);
    if (count > chunk.times.length) {
      chunk = new PointChunk(count);
    }
    chunk.size = PointsCodec.decode(block, 0, block.length, chunk.times, chunk.values, 0);
    return count > 0;
  }

  @Override
  public void cancel() {
    messages.cancel();
  }
}
