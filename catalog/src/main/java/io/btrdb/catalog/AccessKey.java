package io.btrdb.catalog;

import java.util.List;

/**
 * A key as the cluster knows it: everything but its secret.
 *
 * @param id names the key; may be shown
 * @param user whose key it is; one user may have several
 * @param secretHash SHA-256 of the secret, in 64 lower-case hexadecimal digits
 * @param createdMillis since 1970, by the clock of the node that made it
 * @param expiresMillis from then on it is worth nothing; 0 for never
 */
public record AccessKey(
    String id,
    String user,
    String secretHash,
    long createdMillis,
    long expiresMillis,
    List<Grant> grants) {
  public AccessKey {
    grants = List.copyOf(grants);
  }

  /** The same key with another end. */
  public AccessKey expiringAt(long millis) {
    return new AccessKey(id, user, secretHash, createdMillis, millis, grants);
  }
}
