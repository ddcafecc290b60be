package io.btrdb.placement.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of keys that sign themselves: a store for who owns one, a certificate for who trusts it.
 */
public final class TestKeys {
  static final String PASSWORD = "changeit";

  private final Path folder;

  private TestKeys(Path folder) {
    this.folder = folder;
  }

  /** Makes one pair for each owner, made out for 127.0.0.1. */
  public static TestKeys of(Path folder, String... owners) {
    TestKeys keys = new TestKeys(folder);
    for (String owner : owners) {
      keys.keytool(
          owner,
          List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + owner, "-ext"),
          List.of("san=ip:127.0.0.1"));
      keys.keytool(
          owner,
          List.of("-exportcert", "-rfc", "-file"),
          List.of(keys.certificate(owner).toString()));
    }
    return keys;
  }

  private void keytool(String owner, List<String> verb, List<String> value) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(verb);
    command.addAll(value);
    command.addAll(List.of("-alias", owner, "-keystore", store(owner).toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    try {
      Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(keytool.getInputStream().readAllBytes());
      if (keytool.waitFor() != 0) {
        throw new AssertionError("keytool: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Key and certificate, PKCS12, under {@link #PASSWORD}. */
  public Path store(String owner) {
    return folder.resolve(owner + ".p12");
  }

  /** PEM. */
  public Path certificate(String owner) {
    return folder.resolve(owner + ".pem");
  }

  /** A file with the stores' password. */
  public Path passwordFile() {
    try {
      return Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
