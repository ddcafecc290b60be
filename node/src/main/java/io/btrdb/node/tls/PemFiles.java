package io.btrdb.node.tls;

import io.btrdb.node.config.NodeConfig.Encryption;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;

/** The bytes of certificate, key and authorities at one moment. */
final class PemFiles {
  private final Encryption settings;
  private final byte[] certificateBytes;
  private final byte[] keyBytes;
  private final byte[] authorityBytes;

  private PemFiles(
      Encryption settings, byte[] certificateBytes, byte[] keyBytes, byte[] authorityBytes) {
    this.settings = settings;
    this.certificateBytes = certificateBytes;
    this.keyBytes = keyBytes;
    this.authorityBytes = authorityBytes;
  }

  static PemFiles read(Encryption settings) throws IOException {
    return new PemFiles(
        settings,
        bytes("certificate", settings.certificate()),
        bytes("key", settings.key()),
        settings.authorities().isPresent()
            ? bytes("authorities", settings.authorities().get())
            : new byte[0]);
  }

  private static byte[] bytes(String setting, Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("security.tls." + setting + " cannot be read: " + e, e);
    }
  }

  boolean sameAs(PemFiles other) {
    return Arrays.equals(certificateBytes, other.certificateBytes)
        && Arrays.equals(keyBytes, other.keyBytes)
        && Arrays.equals(authorityBytes, other.authorityBytes);
  }

  X509Certificate[] chain() throws IOException {
    return certificates(settings.certificate(), certificateBytes);
  }

  X509Certificate[] authorities() throws IOException {
    return certificates(settings.authorities().orElseThrow(), authorityBytes);
  }

  private static X509Certificate[] certificates(Path file, byte[] bytes) throws IOException {
    try {
      X509Certificate[] found =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(bytes));
      if (found.length > 0) {
        return found;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no certificates in PEM: " + e.getMessage(), e);
    }
    throw new IOException(file + " holds no certificate");
  }

  PrivateKey key() throws IOException {
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(keyBytes));
    } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
      throw new IOException(
          settings.key()
              + " holds no private key in PEM (PKCS 8, without a password): convert it with 'openssl"
              + " pkcs8 -topk8 -nocrypt'",
          e);
    }
  }

  /**
   * Sees that all fits together.
   *
   * @return when the node's certificate expires
   * @throws IOException when it does not; the message names the file and says why
   */
  Instant check() throws IOException, GeneralSecurityException {
    X509Certificate own = chain()[0];
    Instant begin = own.getNotBefore().toInstant();
    Instant end = own.getNotAfter().toInstant();
    if (end.isBefore(Instant.now())) {
      throw new IOException(
          "the certificate in " + settings.certificate() + " expired on " + end + ": renew it");
    }
    if (begin.isAfter(Instant.now())) {
      throw new IOException(
          "the certificate in " + settings.certificate() + " is good only from " + begin + " on");
    }
    if (!belongTogether(key(), own)) {
      throw new IOException(
          settings.key() + " is not the key of the certificate in " + settings.certificate());
    }
    if (settings.authorities().isPresent()) {
      authorities();
    }
    return end;
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String keyKind = key.getAlgorithm();
    if (!keyKind.equals(certificate.getPublicKey().getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (keyKind) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> keyKind;
        };
    byte[] sample = {1, 2, 3};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(sample);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certificate);
    verifying.update(sample);
    return verifying.verify(signing.sign());
  }
}
