package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.junit.jupiter.api.Test;

class VouchedCommitsTest {
  private static AppendEntriesRequestProto.Builder request(long committed, int entries) {
    AppendEntriesRequestProto.Builder request =
        AppendEntriesRequestProto.newBuilder().setLeaderCommit(committed);
    for (int i = 0; i < entries; i++) {
      request.addEntries(LogEntryProto.newBuilder().setTerm(3).setIndex(i));
    }
    return request;
  }

  private static long committed(AppendEntriesRequestProto.Builder request) {
    return VouchedCommits.bounded(request.build()).getLeaderCommit();
  }

  @Test
  void shouldCommitNothingByAHeartbeatThatKnowsNothingOfTheFollower() {
    assertEquals(-1, committed(request(6, 0)));
    assertEquals(-1, committed(request(0, 0)));
    assertEquals(-1, committed(request(-1, 0)));
  }

  @Test
  void shouldCommitTheFirstEntriesNoFurtherThanTheyGo() {
    assertEquals(0, committed(request(6, 1)));
    assertEquals(1, committed(request(6, 2)));
    assertEquals(1, committed(request(1, 3)));
  }

  @Test
  void shouldLeaveAloneWhatComesAfterAKnownEntry() {
    AppendEntriesRequestProto heartbeat =
        request(6, 0).setPreviousLog(TermIndexProto.newBuilder().setTerm(1).setIndex(0)).build();
    assertSame(heartbeat, VouchedCommits.bounded(heartbeat));
  }
}
