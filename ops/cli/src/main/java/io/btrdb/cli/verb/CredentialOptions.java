package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.client.Credentials;
import io.btrdb.node.security.ClusterSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * By which the nodes know this program, and it them. Options go before the environment, that before
 * the profile. A key is never an option: other users see the command lines of a machine.
 */
public final class CredentialOptions {
  static final String HINT =
      "\nThe cluster asks for a key: set BTRDB_API_KEY, or name a file with --api-key-file.";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "File that holds the API key. Default: $BTRDB_API_KEY, or that of the profile.")
  private Path keyFile;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Section of ~/.predictivegrid/credentials.yaml with endpoints and key. Default:"
              + " $BTRDB_PROFILE.")
  private String profileName;

  @Option(
      names = "--cluster-secret-file",
      paramLabel = "FILE",
      description =
          "The nodes' own security.clusterSecretFile: may do everything, so make an admin key with"
              + " it and put it away.")
  private Path secretFile;

  @Option(names = "--tls", description = "TLS on every port, not on 4411 alone.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "Trusts the authorities in this PEM file and no others; implies --tls. Default:"
              + " $BTRDB_CA_BUNDLE.")
  private Path authorities;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "This program's own certificate in PEM, with --tls-key; implies --tls.")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Private key of --tls-certificate in PEM (PKCS 8).")
  private Path certificateKey;

  /** The profile that was asked for. */
  Optional<Profile> profile() {
    return Optional.ofNullable(profileName)
        .or(() -> environment("BTRDB_PROFILE"))
        .map(name -> Profile.read(Profile.defaultFile(), name));
  }

  Credentials credentials() {
    try {
      Credentials credentials = authorized(tls ? Credentials.NONE.withTls() : Credentials.NONE);
      Optional<Path> trusted =
          Optional.ofNullable(authorities).or(() -> environment("BTRDB_CA_BUNDLE").map(Path::of));
      if (trusted.isPresent()) {
        credentials =
            authorities == null && !tls
                ? credentials.trustingOnTlsPort(trusted.get())
                : credentials.trusting(trusted.get());
      }
      if ((certificate == null) != (certificateKey == null)) {
        throw new CommandFailed(
            ExitCode.USAGE, "--tls-certificate and --tls-key go together: give both or neither");
      }
      return certificate == null
          ? credentials
          : credentials.withCertificate(certificate, certificateKey);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(ExitCode.USAGE, e.getMessage(), e);
    }
  }

  private Credentials authorized(Credentials credentials) {
    if (secretFile != null) {
      return credentials.withAuthorization(secret(secretFile).authorization());
    }
    if (keyFile != null) {
      return credentials.withKey(read(keyFile));
    }
    return environment("BTRDB_API_KEY")
        .or(() -> profile().map(Profile::key).filter(key -> !key.isEmpty()))
        .map(credentials::withKey)
        .orElse(credentials);
  }

  private static ClusterSecret secret(Path file) {
    try {
      return ClusterSecret.load(file);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.USAGE, "cannot use " + file + ": " + e.getMessage(), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.USAGE, "cannot read the API key in " + file + ": " + e, e);
    }
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
