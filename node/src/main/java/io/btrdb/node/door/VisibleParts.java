package io.btrdb.node.door;

import io.btrdb.node.security.Caller;
import java.util.ArrayList;
import java.util.List;

/** A question about collections, cut to the collections that its caller may know of. */
final class VisibleParts {
  /** One collection, or all whose names start with these characters. */
  record Part(String name, boolean isPrefix) {}

  private VisibleParts() {}

  /** No two parts hold the same collection. None at all when nothing asked for may be seen. */
  static List<Part> of(Caller caller, String name, boolean isPrefix) {
    List<Part> parts = new ArrayList<>();
    for (String scope : caller.scopes()) {
      if (scope.isEmpty() || name.startsWith(scope + "/")) {
        parts.add(new Part(name, isPrefix));
      } else if (isPrefix) {
        cut(scope, name, parts);
      } else if (name.equals(scope)) {
        parts.add(new Part(name, false));
      }
    }
    return parts;
  }

  /** The scope stands for a collection and for what is below it, both apart from its namesakes. */
  private static void cut(String scope, String prefix, List<Part> parts) {
    if (scope.startsWith(prefix)) {
      parts.add(new Part(scope, false));
    }
    String below = scope + "/";
    if (below.startsWith(prefix)) {
      parts.add(new Part(below, true));
    }
  }
}
