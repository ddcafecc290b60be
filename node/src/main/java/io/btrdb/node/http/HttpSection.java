package io.btrdb.node.http;

/** Some of the paths that the HTTP door serves. */
public interface HttpSection {
  /** Whether this section answers for the path, be it only to say that there is nothing. */
  boolean knows(String path);

  /** Largest body, in bytes after decompression, that is taken in for {@link #serve}. */
  int bodyBytesMax();

  /** Answers. Called on a network thread: what takes long it hands on. */
  void serve(HttpQuery query, HttpAnswer answer);

  /** What is said to a request that the door cannot take in whole. */
  HttpPage refusal(Untaken why);

  /** Why a request was not taken in. */
  enum Untaken {
    /** Its body is larger than {@link #bodyBytesMax}. */
    TOO_LARGE(413),
    /** It did not come within the time that requests have. */
    TOO_SLOW(408),
    /** The bodies of all requests together take the memory that they may. */
    NO_ROOM(503),
    /** It is not HTTP, or compressed in a way that nobody knows. */
    MALFORMED(400);

    private final int status;

    Untaken(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }
}
