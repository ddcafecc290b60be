package io.btrdb.cli.bench;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.client.BtrdbStream;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * One point a call of the v5 contract, from 64 callers at once, as other languages' clients make
 * them. Callers ask the nodes in turn, which forward to the leader.
 */
final class UnaryInserts implements Workload {
  @Override
  public String name() {
    return "unary";
  }

  @Override
  public List<Figure> run(Bench bench) {
    List<BtrdbStream> streams = bench.newStreams(Callers.CALLERS);
    List<ByteString> uuids = streams.stream().map(stream -> bytes(stream.uuid())).toList();
    List<ManagedChannel> channels =
        Arrays.stream(bench.target().endpoints()).map(UnaryInserts::channel).toList();
    try {
      List<BTrDBGrpc.BTrDBBlockingStub> stubs =
          channels.stream().map(BTrDBGrpc::newBlockingStub).toList();
      Series series =
          new Series(name(), "single points, " + Callers.CALLERS + " callers, unary v5", "values");
      new Callers(bench)
          .measure(
              series,
              (caller, number) ->
                  insert(stubs.get(caller % stubs.size()), uuids.get(caller), number));
      bench.settle(streams);
      return List.of(series.figure());
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private static void insert(BTrDBGrpc.BTrDBBlockingStub stub, ByteString uuid, long number) {
    InsertResponse response =
        stub.insert(
            InsertParams.newBuilder()
                .setUuid(uuid)
                .addValues(RawPoint.newBuilder().setTime(Dataset.time(number)).setValue(7_200))
                .build());
    if (response.hasStat()) {
      throw new IllegalStateException("an insert was refused: " + response.getStat().getMsg());
    }
  }

  private static ManagedChannel channel(String endpoint) {
    return Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create()).build();
  }

  private static ByteString bytes(UUID uuid) {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    return ByteString.copyFrom(bytes);
  }
}
