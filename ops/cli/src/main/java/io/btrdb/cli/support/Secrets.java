package io.btrdb.cli.support;

import java.util.regex.Pattern;

/**
 * Takes secrets out of configuration files and logs. A node's own has none, only names of files
 * that hold them; but people put things where they do not belong. Rather takes too much: up to the
 * end of the line where a value has no quotes.
 */
final class Secrets {
  static final String REMOVED = "(removed)";

  /** A key whose name speaks of a secret and not of the file that holds it, with its value. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?im)(^|[\\s{,;])"
              + "([\"']?[\\w.-]*(?:password|passphrase|secret|token|credential|privatekey|apikey)s?"
              + "(?!\\w*(?:file|path|store)\\b)[\\w.-]*[\"']?\\s*[:=]\\s*)"
              + "(\"[^\"]*\"|'[^']*'|[^,}\\s#][^,}\\n#]*)");

  /** {@code scheme://user:password@host}. */
  private static final Pattern USER_INFO = Pattern.compile("(\\w://[^\\s/:@]+):[^\\s/@]+@");

  /** An API key, wherever it stands; its name may stay. */
  private static final Pattern API_KEY = Pattern.compile("(btrdb_[0-9a-v]{12}_)[A-Za-z0-9_-]{43}");

  private Secrets() {}

  static String remove(String text) {
    String without = SECRET.matcher(text).replaceAll("$1$2" + REMOVED);
    without = API_KEY.matcher(without).replaceAll("$1" + REMOVED);
    return USER_INFO.matcher(without).replaceAll("$1:" + REMOVED + "@");
  }
}
