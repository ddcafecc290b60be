package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.v5.SubscriptionParams;
import io.btrdb.api.v5.SubscriptionUpdate;
import io.btrdb.api.wire.ArrowMessage;
import io.btrdb.api.wire.PointNews;
import io.btrdb.tree.PointChunk;
import java.util.List;
import java.util.UUID;

/**
 * The two forms of Subscribe, which share a name. Both number their fields differently, so the
 * first message says which it is: UUIDs are its field 1 in one form and its field 2 in the other.
 */
enum SubscriptionForm {
  /** One request, for good; answers are lists of points. */
  POINTS {
    @Override
    byte[] news(UUID stream, PointChunk points) {
      return PointNews.encode(stream, points.times, points.values, points.size);
    }
  },

  /** Requests that add and remove streams, until the caller ends them; answers are columns. */
  ARROW {
    @Override
    byte[] news(UUID stream, PointChunk points) {
      return ArrowMessage.news(stream, ArrowBody.of(ArrowBody.POINTS, points));
    }
  };

  /** What an insert becomes: points in the order in which they came. */
  abstract byte[] news(UUID stream, PointChunk points);

  /** What a message asks for. */
  record Wish(SubscriptionForm form, boolean add, List<ByteString> uuids) {}

  /**
   * @throws InvalidProtocolBufferException when the bytes are a message of neither form
   */
  static Wish read(byte[] message) throws InvalidProtocolBufferException {
    SubscriptionParams params = SubscriptionParams.parseFrom(message);
    if (params.getUuidCount() > 0) {
      return new Wish(POINTS, true, params.getUuidList());
    }
    SubscriptionUpdate update = SubscriptionUpdate.parseFrom(message);
    return switch (update.getOp()) {
      case ADD_UUIDS -> new Wish(ARROW, true, update.getUuidList());
      case REMOVE_UUIDS -> new Wish(ARROW, false, update.getUuidList());
      case UNRECOGNIZED ->
          throw new InvalidProtocolBufferException(
              "streams are added (0) or removed (1), not " + update.getOpValue());
    };
  }
}
