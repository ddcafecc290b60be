package io.btrdb.node.door;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Between gRPC's streams and what the door handles: parsed requests in, finished bytes out. */
public final class Marshallers {
  /** Finished messages, which gRPC copies to its buffers inside the call that hands them over. */
  public static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try (stream) {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read a message that has arrived", e);
          }
        }
      };

  private Marshallers() {}

  /**
   * A request, or why its bytes are none: a parser that throws would end the call with UNKNOWN and
   * a stack trace in the log, for what is only a client's mistake.
   *
   * @param message null when malformed
   * @param bytes size on the wire
   */
  record Inbound<T>(T message, String malformed, int bytes) {}

  static <T> Marshaller<Inbound<T>> inbound(Marshaller<T> parser) {
    return new Marshaller<>() {
      @Override
      public InputStream stream(Inbound<T> message) {
        return parser.stream(message.message());
      }

      @Override
      public Inbound<T> parse(InputStream stream) {
        int bytes = 0;
        try {
          bytes = stream.available();
          return new Inbound<>(parser.parse(stream), null, bytes);
        } catch (StatusRuntimeException e) {
          Status status = e.getStatus();
          String cause = status.getCause() == null ? "" : ": " + status.getCause().getMessage();
          return new Inbound<>(null, status.getDescription() + cause, bytes);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read a message that has arrived", e);
        }
      }
    };
  }
}
