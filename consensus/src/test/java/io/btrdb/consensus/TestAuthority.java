package io.btrdb.consensus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** An authority that signs certificates for a test, by the keytool of this Java. */
public final class TestAuthority {
  private static final String PASSWORD = "changeit";

  private final Path folder;
  private final Path store;
  private final Path certificate;

  /** Certificate and key in PEM. */
  public record Issued(Path certificate, Path key) {}

  public TestAuthority(Path folder, String name) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.store = folder.resolve(name + ".p12");
    this.certificate = folder.resolve(name + ".pem");
    keytool("-genkeypair", store, name, "-dname", "CN=" + name, "-ext", "bc:c", "-validity", "60");
    keytool("-exportcert", store, name, "-rfc", "-file", certificate.toString());
  }

  /** In PEM. */
  public Path certificate() {
    return certificate;
  }

  /** A certificate for 127.0.0.1 that is good now. */
  public Issued issue(String name) throws IOException {
    return issue(name, "127.0.0.1");
  }

  /** A certificate for these addresses that is good now. */
  public Issued issue(String name, String... addresses) throws IOException {
    return issue(name, "-1d", 40, List.of(addresses));
  }

  /** A certificate that was good until yesterday. */
  public Issued issueExpired(String name) throws IOException {
    return issue(name, "-10d", 9, List.of("127.0.0.1"));
  }

  private Issued issue(String name, String start, int days, List<String> addresses)
      throws IOException {
    Path own = folder.resolve(name + ".own.p12");
    Path request = folder.resolve(name + ".csr");
    Issued issued =
        new Issued(folder.resolve(name + ".crt.pem"), folder.resolve(name + ".key.pem"));
    keytool("-genkeypair", own, name, "-dname", "CN=" + name, "-validity", "10");
    keytool("-certreq", own, name, "-file", request.toString());
    String alias = certificate.getFileName().toString().replace(".pem", "");
    keytool(
        "-gencert",
        store,
        alias,
        "-infile",
        request.toString(),
        "-outfile",
        issued.certificate().toString(),
        "-rfc",
        "-startdate",
        start,
        "-validity",
        Integer.toString(days),
        "-ext",
        addresses.stream().map(a -> "ip:" + a).collect(Collectors.joining(",", "san=", "")));
    Files.writeString(issued.key(), privateKey(own, name));
    return issued;
  }

  private static String privateKey(Path store, String alias) throws IOException {
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Key key = keys.getKey(alias, PASSWORD.toCharArray());
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(key.getEncoded());
      return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void keytool(String command, Path store, String alias, String... more)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    words.addAll(List.of(command, "-keystore", store.toString(), "-storetype", "PKCS12"));
    words.addAll(List.of("-storepass", PASSWORD, "-alias", alias));
    if (command.equals("-genkeypair")) {
      words.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    }
    words.addAll(List.of(more));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", words) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
