package io.btrdb.cli.demo;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Reads from one node and no other. The client library asks the leader; here each replica has to
 * show what it holds, by a call of the public v5 contract.
 */
final class NodeReader implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final String endpoint;
  private final ManagedChannel channel;

  NodeReader(String endpoint) {
    this.endpoint = endpoint;
    this.channel = Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create()).build();
  }

  /** Gives all points of a sealed version in {@code [start, end)} to a proof. */
  void read(UUID stream, long major, long start, long end, Proof proof) {
    byte[] uuid =
        ByteBuffer.allocate(16)
            .putLong(stream.getMostSignificantBits())
            .putLong(stream.getLeastSignificantBits())
            .array();
    RawValuesParams params =
        RawValuesParams.newBuilder()
            .setUuid(ByteString.copyFrom(uuid))
            .setStart(start)
            .setEnd(end)
            .setVersionMajor(major)
            .build();
    Iterator<RawValuesResponse> answers =
        BTrDBGrpc.newBlockingStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .rawValues(params);
    while (answers.hasNext()) {
      RawValuesResponse answer = answers.next();
      if (answer.hasStat()) {
        throw new IllegalStateException(
            endpoint + " refuses to read " + stream + ": " + answer.getStat().getMsg());
      }
      for (RawPoint point : answer.getValuesList()) {
        proof.read(point.getTime(), point.getValue());
      }
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
