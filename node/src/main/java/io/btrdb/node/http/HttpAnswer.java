package io.btrdb.node.http;

import java.util.Map;

/**
 * The answer to one request: whole, or begun, written in pieces, and ended. One thread at a time
 * answers; {@link #breakOff}, {@link #onGone} and {@link #onReady} may come from any. To a peer
 * that is gone nothing is sent and nothing fails.
 */
public interface HttpAnswer {
  /** All of it. */
  void whole(HttpPage page);

  /**
   * The beginning of an answer whose length is not known.
   *
   * @param headers those beside Content-Type
   */
  void begin(int status, String type, Map<String, String> headers);

  /**
   * A piece, sent at once. Goes through even when {@link #isReady} says no, but waits in memory.
   */
  void write(byte[] piece);

  /** The last piece has been written. */
  void end();

  /** Closes the connection, so that the peer does not take what it has for the whole answer. */
  void breakOff();

  /** Whether the network takes more than it has been given. */
  boolean isReady();

  /** Runs once, as soon as the network takes more, which may be now. */
  void onReady(Runnable action);

  /** Runs once if the peer goes before the answer has ended, at once if it has gone. */
  void onGone(Runnable action);
}
