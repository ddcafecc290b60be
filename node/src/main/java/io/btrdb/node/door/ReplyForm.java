package io.btrdb.node.door;

import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.api.v5.CreateResponse;
import io.btrdb.api.v5.Mash;
import io.btrdb.api.v5.Status;
import java.util.function.Function;

/** How a service says in a message that a request was refused. */
interface ReplyForm {
  /**
   * The message that refuses, or null when the service has none and a gRPC status must do.
   *
   * @param encrypted whether the caller talks TLS
   */
  byte[] refusal(Refusal refusal, boolean encrypted);

  /** The error code in a message of another node, 0 when it is none. */
  int code(byte[] message);

  /**
   * v5: every response of the contract has {@code Status stat = 1}, so that one encoding serves all
   * of them. 405 comes with the map that leads the caller to the right node.
   */
  static ReplyForm v5(Function<Boolean, Mash> mash) {
    return new ReplyForm() {
      @Override
      public byte[] refusal(Refusal refusal, boolean encrypted) {
        Status.Builder stat =
            Status.newBuilder().setCode(refusal.code().number()).setMsg(refusal.message());
        if (refusal.code() == ErrorCode.WRONG_ENDPOINT) {
          stat.setMash(mash.apply(encrypted));
        }
        return CreateResponse.newBuilder().setStat(stat).build().toByteArray();
      }

      @Override
      public int code(byte[] message) {
        // Field 1, length delimited: absent on success, and written first by every node.
        if (message.length == 0 || message[0] != 0x0A) {
          return 0;
        }
        try {
          return CreateResponse.parseFrom(message).getStat().getCode();
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("another node answered with a malformed message", e);
        }
      }
    };
  }

  /** The cluster's own Values and OpenSession: {@code code = 1} and {@code message = 2} in both. */
  ReplyForm CLUSTER =
      new ReplyForm() {
        @Override
        public byte[] refusal(Refusal refusal, boolean encrypted) {
          return PointsChunk.newBuilder()
              .setCode(refusal.code().number())
              .setMessage(refusal.message())
              .build()
              .toByteArray();
        }

        @Override
        public int code(byte[] message) {
          // Field 1, varint: absent on success.
          if (message.length == 0 || message[0] != 0x08) {
            return 0;
          }
          try {
            return PointsChunk.parseFrom(message).getCode();
          } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("another node answered with a malformed message", e);
          }
        }
      };

  /** Responses without room for an error. */
  ReplyForm STATUS =
      new ReplyForm() {
        @Override
        public byte[] refusal(Refusal refusal, boolean encrypted) {
          return null;
        }

        @Override
        public int code(byte[] message) {
          return 0;
        }
      };
}
