package io.btrdb.sql;

import java.util.Locale;
import java.util.UUID;

/**
 * Functions of text that the engine has in a form which one query could use to stop a node: LIKE by
 * regular expressions, and texts without end. Public for the code that is made of a plan. A null
 * makes null, as SQL has it.
 */
public final class TextFunctions {
  /** Characters of a text that a query makes. */
  static final int CHARS_MAX = 1 << 20;

  private static final char ESCAPE = '\\';

  private TextFunctions() {}

  /** LIKE: {@code %} is any characters, {@code _} is one, a backslash takes either as it is. */
  public static Boolean like(String text, String pattern) {
    return text == null || pattern == null ? null : matches(text, pattern);
  }

  /** LIKE that takes capital letters for small ones. */
  public static Boolean ilike(String text, String pattern) {
    return text == null || pattern == null
        ? null
        : matches(text.toLowerCase(Locale.ROOT), pattern.toLowerCase(Locale.ROOT));
  }

  public static String concat(String left, String right) {
    if (left == null || right == null) {
      return null;
    }
    if (left.length() + (long) right.length() > CHARS_MAX) {
      throw SqlRefusedException.bad("a text may have %d characters", CHARS_MAX);
    }
    return left + right;
  }

  /** A UUID as the table has it. */
  public static String uuid(String text) {
    if (text == null) {
      return null;
    }
    return Parameters.uuid(text)
        .map(UUID::toString)
        .orElseThrow(() -> SqlRefusedException.bad("this is no UUID: \"%s\"", text));
  }

  /** At most as many steps as the product of both lengths: only the last % is ever moved. */
  private static boolean matches(String text, String pattern) {
    int t = 0;
    int p = 0;
    int afterPercent = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '%') {
        afterPercent = ++p;
        retry = t;
      } else if (p < pattern.length() && matchesOne(text.charAt(t), pattern, p)) {
        p += pattern.charAt(p) == ESCAPE && p + 1 < pattern.length() ? 2 : 1;
        t++;
      } else if (afterPercent >= 0) {
        p = afterPercent;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '%') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean matchesOne(char c, String pattern, int p) {
    char wanted = pattern.charAt(p);
    if (wanted == ESCAPE && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == c;
    }
    return wanted == '_' || wanted == c;
  }

  /** What every text that matches the pattern starts with. */
  static String prefixOf(String pattern) {
    StringBuilder prefix = new StringBuilder();
    int p = 0;
    while (p < pattern.length() && pattern.charAt(p) != '%' && pattern.charAt(p) != '_') {
      boolean escaped = pattern.charAt(p) == ESCAPE && p + 1 < pattern.length();
      prefix.append(pattern.charAt(escaped ? p + 1 : p));
      p += escaped ? 2 : 1;
    }
    return prefix.toString();
  }
}
