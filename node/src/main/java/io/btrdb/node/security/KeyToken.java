package io.btrdb.node.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A key as its holder has it.
 *
 * <pre>
 * token  = "btrdb_" id "_" secret
 * id     = 12 of the digits 0-9 and letters a-v     ; 60 bits, names the key, may be shown
 * secret = 43 characters of base64url               ; 256 bits, never stored
 * </pre>
 *
 * A secret of 256 random bits cannot be guessed, so a plain hash of it is enough.
 */
public record KeyToken(String id, String secret) {
  private static final String START = "btrdb_";
  private static final int ID_CHARS = 12;
  private static final int SECRET_BYTES = 32;
  private static final int SECRET_CHARS = 43;
  private static final int LENGTH = START.length() + ID_CHARS + 1 + SECRET_CHARS;
  private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";

  /** A new key of which nobody knows yet. */
  public static KeyToken draw(SecureRandom random) {
    StringBuilder id = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) {
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new KeyToken(
        id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** The parts of a token, empty when it has not the form of one. */
  static Optional<KeyToken> parse(String text) {
    int underscore = START.length() + ID_CHARS;
    if (text.length() != LENGTH || !text.startsWith(START) || text.charAt(underscore) != '_') {
      return Optional.empty();
    }
    return Optional.of(
        new KeyToken(text.substring(START.length(), underscore), text.substring(underscore + 1)));
  }

  /** What the holder is given, once. */
  public String text() {
    return START + id + '_' + secret;
  }

  /** What the cluster keeps, as {@code AccessKey.secretHash}. */
  public String secretHash() {
    return HexFormat.of().formatHex(sha256(secret));
  }

  /** Whether this is the secret of a hash; takes as long for a wrong one as for the right one. */
  boolean matches(String hash) {
    return MessageDigest.isEqual(
        secretHash().getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The secret stays out of logs. */
  @Override
  public String toString() {
    return START + id + "_***";
  }
}
