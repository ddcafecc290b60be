package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.CatalogPlane.Reply;

/** What one try at the catalog's leader came to. */
sealed interface Attempt<T> {
  /** Settled. */
  record Answered<T>(Reply<T> reply) implements Attempt<T> {}

  /**
   * This node could not, another or a later one may.
   *
   * @param unknown it may have been done, or may be done yet; the same request can be repeated
   */
  record Elsewhere<T>(String why, boolean unknown) implements Attempt<T> {}

  static <T> Attempt<T> ok(T value) {
    return new Answered<>(new Reply.Ok<>(value));
  }

  static <T> Attempt<T> failed(ErrorCode code, String message, boolean unknown) {
    return new Answered<>(new Reply.Failed<>(code, message, unknown));
  }
}
