package io.btrdb.cli.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.security.ClusterSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class KeysOptionTest {
  @Command
  private static final class Verb {
    @Mixin KeysOption keys = new KeysOption();
  }

  @TempDir Path folder;

  private static KeysOption parsed(String... words) {
    Verb verb = new Verb();
    new CommandLine(verb).parseArgs(words);
    return verb.keys;
  }

  @Test
  void shouldAskForNoKeysUnlessToldTo() {
    assertEquals(NodeConfig.Security.DEFAULTS, parsed().security(folder));
    NodeConfig.Security asking = parsed("--keys").security(folder);
    assertTrue(asking.keys());
    assertEquals(Optional.of(KeysOption.secretFile(folder)), asking.clusterSecretFile());
  }

  @Test
  void shouldMakeASecretThatNodesTakeAndKeepIt() throws IOException {
    KeysOption.makeSecret(folder);
    Path file = KeysOption.secretFile(folder);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String secret = Files.readString(file);
    assertEquals("the cluster's secret", ClusterSecret.load(file).toString());
    KeysOption.makeSecret(folder);
    assertEquals(secret, Files.readString(file));

    Path other = Files.createDirectory(folder.resolve("other"));
    KeysOption.makeSecret(other);
    assertNotEquals(secret, Files.readString(KeysOption.secretFile(other)));
  }
}
