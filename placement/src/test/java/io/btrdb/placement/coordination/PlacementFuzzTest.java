package io.btrdb.placement.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import io.btrdb.placement.coordination.PlacementMap.Group;
import io.btrdb.placement.coordination.PlacementMap.Move;
import io.btrdb.placement.plan.AddReplica;
import io.btrdb.placement.plan.Why;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementFuzzTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(IllegalArgumentException.class);

  static Stream<byte[]> documents() {
    return Stream.of(
        PlacementMap.EMPTY.encode(),
        new PlacementMap(
                7,
                Set.of("n1"),
                List.of(new Group("g", 0, 4_096, 3, List.of("n1", "n2"))),
                List.of(new Move(new AddReplica("g", "n3", Why.BALANCE), 1_000)))
            .encode(),
        LeaderHint.encode(List.of(new LeaderHint("g", 9, "n1"))),
        new Registration("n1", "i", "a:1", "a:2", "a:3", "z", 100, "0.1").encode(),
        "\n".getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("documents")
  @FuzzTest
  void shouldReadAMapOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, PlacementMap::decode)
        .ifPresent(map -> assertEquals(map, PlacementMap.decode(map.encode())));
  }

  @MethodSource("documents")
  @FuzzTest
  void shouldReadHintsOrRefuseThem(byte[] bytes) {
    LAW.decode(bytes, LeaderHint::decode);
  }

  @MethodSource("documents")
  @FuzzTest
  void shouldReadARegistrationOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, b -> Registration.decode("n1", b))
        .ifPresent(node -> assertEquals(node, Registration.decode("n1", node.encode())));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(documents()).forEach(this::shouldReadAMapOrRefuseIt);
    Bent.of(documents()).forEach(this::shouldReadHintsOrRefuseThem);
    Bent.of(documents()).forEach(this::shouldReadARegistrationOrRefuseIt);
  }
}
