package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each replica answers by itself, asked not to pass anything on. */
@Timeout(120)
class ReplicaAnswersTest {
  private static final List<String> NODES = List.of("n1", "n2", "n3");
  private static final Metadata.Key<String> MAX_STALENESS =
      Metadata.Key.of("btrdb-max-staleness-ms", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> NO_FORWARD =
      Metadata.Key.of("btrdb-no-forward", Metadata.ASCII_STRING_MARSHALLER);

  private final UUID stream = UUID.randomUUID();

  @Test
  void shouldAnswerVersionsAndTheLatestWithinABoundWithoutTheLeader(@TempDir Path folder) {
    try (InProcessNodes nodes = new InProcessNodes(folder, 1).found("n1", "n2", "n3")) {
      String leader = nodes.leader(nodes.groups().get(0));
      create(nodes.client(leader));
      insert(nodes.client(leader), 1);
      long version =
          nodes
              .client(leader)
              .flush(FlushParams.newBuilder().setUuid(UuidBytes.of(stream)).build())
              .getVersionMajor();

      for (long time = 2; time < 12; time++) {
        insert(nodes.client(leader), time);
        for (String node : NODES) {
          // A bound that is younger than the insert: only a proof of its own will do.
          assertEquals(time, lastOnceProved(nodes, node, "1"), node);
        }
      }
      for (String node : NODES) {
        assertEquals(1, last(nodes, node, version, null), node);
        assertEquals(11, lastOnceProved(nodes, node, "60000"), node);
        assertEquals(node.equals(leader) ? 11 : -405, last(nodes, node, 0, null), node);
      }

      nodes.stop(leader);
      for (String node : NODES.stream().filter(node -> !node.equals(leader)).toList()) {
        assertEquals(1, last(nodes, node, version, null), node);
        assertEquals(11, last(nodes, node, 0, "60000"), node);
      }
    }
  }

  private void create(BTrDBGrpc.BTrDBBlockingStub client) {
    var created =
        client.create(
            CreateParams.newBuilder()
                .setUuid(UuidBytes.of(stream))
                .setCollection("replicas")
                .addTags(
                    KeyOptValue.newBuilder()
                        .setKey("name")
                        .setVal(OptValue.newBuilder().setValue("a")))
                .build());
    assertEquals(0, created.getStat().getCode(), created.getStat().getMsg());
  }

  private void insert(BTrDBGrpc.BTrDBBlockingStub client, long time) {
    var inserted =
        client.insert(
            InsertParams.newBuilder()
                .setUuid(UuidBytes.of(stream))
                .addValues(RawPoint.newBuilder().setTime(time).setValue(time))
                .build());
    assertEquals(0, inserted.getStat().getCode(), inserted.getStat().getMsg());
  }

  /** A replica that is still to hear what is committed refuses, which is not an old answer. */
  private long lastOnceProved(InProcessNodes nodes, String node, String staleness) {
    long found = last(nodes, node, 0, staleness);
    while (found == -405) {
      found = last(nodes, node, 0, staleness);
    }
    return found;
  }

  /** Time of the last point, or the error's code, negative. */
  private long last(InProcessNodes nodes, String node, long version, String staleness) {
    Metadata headers = new Metadata();
    headers.put(NO_FORWARD, "1");
    if (staleness != null) {
      headers.put(MAX_STALENESS, staleness);
    }
    NearestResponse answer =
        nodes
            .client(node)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .nearest(
                NearestParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setVersionMajor(version)
                    .setTime(1 << 20)
                    .setBackward(true)
                    .build());
    int code = answer.getStat().getCode();
    return code == 0 ? answer.getValue().getTime() : -code;
  }
}
