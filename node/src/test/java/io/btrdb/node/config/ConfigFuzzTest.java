package io.btrdb.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFuzzTest {
  /** YAML has a scanner, a parser, a composer and a tree. */
  private static final DecoderLaw LAW = new DecoderLaw(ConfigException.class, 8L << 20, 4_096);

  static Stream<byte[]> files() {
    return Stream.of(
            ConfigFile.print(
                NodeConfig.of(
                    "n1",
                    Path.of("/data"),
                    List.of(new NodeConfig.Member("n1", "127.0.0.1", "127.0.0.1", 1, 2, 3, 4)))),
            "node: n1\ndataDirectory: /d\nmembers: [{node: n1}]\nstorage: ceph\n"
                + "pool: {monitors: 'a,b', secure: true}\n",
            "node: n1\ndataDirectory: /d\nmembers: [{node: n1}]\n"
                + "security: {keys: true, clusterSecretFile: \"/it's\"}\n"
                + "placement: {zooKeeper: 'a:1', sasl: {user: u, passwordFile: /p},"
                + " tls: {trustStore: /t.pem}}\n",
            "a: &a [*a, *a]",
            "-\n- 1e999\n- ~\n- !!binary x\n- 'it''s'",
            "")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("files")
  @FuzzTest
  void shouldReadAFileOrRefuseIt(byte[] bytes) {
    String yaml = new String(bytes, StandardCharsets.UTF_8);
    LAW.decode(bytes, b -> ConfigFile.parse("it", yaml))
        .ifPresent(
            config -> assertEquals(config, ConfigFile.parse("again", ConfigFile.print(config))));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(files()).forEach(this::shouldReadAFileOrRefuseIt);
  }
}
