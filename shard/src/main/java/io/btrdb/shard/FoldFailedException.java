package io.btrdb.shard;

import java.util.UUID;

/** Operations of one stream cannot be folded; the other streams can. The cause says why. */
public final class FoldFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final UUID stream;

  FoldFailedException(UUID stream, RuntimeException cause) {
    super("stream " + stream + " cannot be folded: " + cause.getMessage(), cause);
    this.stream = stream;
  }

  public UUID stream() {
    return stream;
  }
}
