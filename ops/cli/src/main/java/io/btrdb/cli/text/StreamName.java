package io.btrdb.cli.text;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How a stream is named.
 *
 * <pre>
 * stream := uuid | collection "/" name
 * </pre>
 *
 * The last slash splits: collections may contain slashes, names may not.
 */
public sealed interface StreamName {
  /** By its UUID. */
  record ById(UUID uuid) implements StreamName {
    @Override
    public String toString() {
      return uuid.toString();
    }
  }

  /** By its collection and the tag {@code name}. */
  record ByPath(String collection, String name) implements StreamName {
    @Override
    public String toString() {
      return collection + "/" + name;
    }
  }

  /**
   * Parses a stream's name.
   *
   * @throws BadText when it is neither a UUID nor collection/name
   */
  static StreamName parse(String text) {
    String trimmed = text.trim();
    if (Syntax.UUID_TEXT.matcher(trimmed).matches()) {
      return new ById(UUID.fromString(trimmed));
    }
    int slash = trimmed.lastIndexOf('/');
    if (slash <= 0 || slash == trimmed.length() - 1) {
      throw new BadText(
          "'"
              + text
              + "' names no stream: write its UUID or collection/name, as in plant/feeder1/L1");
    }
    return new ByPath(trimmed.substring(0, slash), trimmed.substring(slash + 1));
  }

  /** Compiled once. */
  final class Syntax {
    private static final Pattern UUID_TEXT =
        Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private Syntax() {}
  }
}
