package io.btrdb.chaos;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Call.At;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What is read of every stream when all is over: what was asked about versions before; the latest;
 * some of its versions in full, with windows, changes between them and neighbours; and those
 * versions from each replica by itself.
 */
final class FinalReads {
  /** Versions of a stream that are read in full, the first and the last among them. */
  private static final int VERSIONS = 10;

  private static final int REPLICA_TRIES = 40;
  private static final long BETWEEN_TRIES_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long DEADLINE_SECONDS = 30;
  private static final Metadata.Key<String> NO_FORWARD =
      Metadata.Key.of("btrdb-no-forward", Metadata.ASCII_STRING_MARSHALLER);

  private final ClusterUnderTest cluster;
  private final HistoryWriter history;
  private final HistoryClient client;
  private final int process;

  /**
   * @param process for questions that are no client's
   */
  FinalReads(ClusterUnderTest cluster, HistoryWriter history, HistoryClient client, int process) {
    this.cluster = cluster;
    this.history = history;
    this.client = client;
    this.process = process;
  }

  void of(StreamPlan plan) {
    plan.pins().forEach(client::call);
    Call.Flush flush = new Call.Flush(plan.uuid());
    client.call(flush).ifPresent(reply -> plan.told(flush, reply.version()));
    client.call(new Call.Values(plan.uuid(), At.LATEST, StreamPlan.START, StreamPlan.END));
    long before = 0;
    for (long major : versions(plan.newestSealed())) {
      At at = At.version(major);
      client.call(new Call.Values(plan.uuid(), at, StreamPlan.START, StreamPlan.END));
      long width = (StreamPlan.END - StreamPlan.START) / 61;
      client.call(new Call.Windows(plan.uuid(), at, StreamPlan.START, StreamPlan.END, width));
      client.call(new Call.Aligned(plan.uuid(), at, StreamPlan.START, StreamPlan.END, 30));
      client.call(new Call.Nearest(plan.uuid(), at, StreamPlan.START + major, major % 2 == 0));
      if (before > 0) {
        client.call(new Call.Changes(plan.uuid(), before, at, 0));
      }
      for (String node : cluster.nodes()) {
        replica(new Call.Replica(plan.uuid(), node, at));
      }
      before = major;
    }
  }

  private static List<Long> versions(long newest) {
    TreeSet<Long> versions = new TreeSet<>();
    for (int i = 0; i < VERSIONS; i++) {
      versions.add(10 + (newest - 10) * i / (VERSIONS - 1));
    }
    return new ArrayList<>(versions);
  }

  /** Asks until the replica answers, as one that has only just caught up may not at first. */
  private void replica(Call.Replica call) {
    for (int i = 0; i < REPLICA_TRIES; i++) {
      long id = history.invoke(process, call);
      try {
        Answer.Digest digest = digest(call);
        StreamVersion version = new StreamVersion(call.at().major(), 0);
        history.complete(id, Op.Type.OK, digest, version);
        return;
      } catch (StatusRuntimeException | V5Client.Refused e) {
        Answer failure = new Answer.Failure(0, String.valueOf(e.getMessage()));
        history.complete(id, Op.Type.FAIL, failure, StreamVersion.NONE);
        LockSupport.parkNanos(BETWEEN_TRIES_NANOS);
      }
    }
  }

  private Answer.Digest digest(Call.Replica call) {
    Metadata headers = new Metadata();
    headers.put(NO_FORWARD, "1");
    long count = 0;
    long hash = 1;
    try (V5Client door = V5Client.connect(cluster.cluster().endpoint(call.node()))) {
      Iterator<RawValuesResponse> answer =
          BTrDBGrpc.newBlockingStub(door.channel())
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .rawValues(
                  RawValuesParams.newBuilder()
                      .setUuid(UuidBytes.of(call.uuid()))
                      .setStart(StreamPlan.START)
                      .setEnd(StreamPlan.END)
                      .setVersionMajor(call.at().major())
                      .build());
      while (answer.hasNext()) {
        RawValuesResponse chunk = answer.next();
        if (chunk.hasStat()) {
          throw new V5Client.Refused(chunk.getStat());
        }
        for (RawPoint point : chunk.getValuesList()) {
          count++;
          hash =
              (hash * 31 + point.getTime()) * 0x9E3779B97F4A7C15L
                  + Double.doubleToRawLongBits(point.getValue());
        }
      }
    }
    return new Answer.Digest(count, hash);
  }
}
