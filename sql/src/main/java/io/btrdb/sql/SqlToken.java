package io.btrdb.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A word of a query's text. Comments are space.
 *
 * @param start offset in the text
 */
record SqlToken(Kind kind, String text, int start) {
  enum Kind {
    SPACE,
    /** A name, a keyword or a number. */
    WORD,
    /** In quotes of either kind. */
    TEXT,
    /** {@code $} and a number. */
    PARAMETER,
    /** Everything else: one character, or one of the operators of more. */
    SYMBOL
  }

  private static final List<String> OPERATORS =
      List.of("::", "->", "@>", "<=", ">=", "<>", "!=", "||");

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** Throws {@link SqlRefusedException} for a quote or a comment that does not end. */
  static List<SqlToken> read(String text) {
    List<SqlToken> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      SqlToken token = next(text, at);
      tokens.add(token.kind() == Kind.SPACE ? token.blank() : token);
      at += token.text().length();
    }
    return tokens;
  }

  /** The same lines, and nothing on them. */
  private SqlToken blank() {
    return new SqlToken(kind, text.replaceAll("[^\n]", " "), start);
  }

  private static SqlToken next(String text, int at) {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      return token(Kind.SPACE, text, at, endOf(text, at, Character::isWhitespace));
    }
    if (text.startsWith("--", at)) {
      return token(Kind.SPACE, text, at, endOf(text, at, each -> each != '\n'));
    }
    if (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      if (end < 0) {
        throw unended("a comment", text, at);
      }
      return token(Kind.SPACE, text, at, end + 2);
    }
    if (c == '\'' || c == '"') {
      return token(Kind.TEXT, text, at, endOfQuoted(text, at, c));
    }
    if (isWord(c)) {
      return token(Kind.WORD, text, at, endOf(text, at, SqlToken::isWord));
    }
    int digits = endOf(text, at + 1, each -> each >= '0' && each <= '9');
    if (c == '$' && digits > at + 1) {
      if (digits - at > 6) {
        throw SqlRefusedException.bad(
            Optional.of(TextPlace.of(text, at)), "a parameter's number has five digits at most");
      }
      return token(Kind.PARAMETER, text, at, digits);
    }
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, at)) {
        return token(Kind.SYMBOL, text, at, at + operator.length());
      }
    }
    return token(Kind.SYMBOL, text, at, at + 1);
  }

  private interface Characters {
    boolean has(int character);
  }

  private static int endOf(String text, int from, Characters characters) {
    int end = from;
    while (end < text.length() && characters.has(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(int c) {
    return Character.isLetterOrDigit(c) || c == '_' || c > 0x7F && !Character.isWhitespace(c);
  }

  /** A doubled quote is one inside. */
  private static int endOfQuoted(String text, int from, char quote) {
    int at = from + 1;
    while (true) {
      int end = text.indexOf(quote, at);
      if (end < 0) {
        throw unended("a quote", text, from);
      }
      if (end + 1 == text.length() || text.charAt(end + 1) != quote) {
        return end + 1;
      }
      at = end + 2;
    }
  }

  private static SqlToken token(Kind kind, String text, int from, int to) {
    return new SqlToken(kind, text.substring(from, to), from);
  }

  private static SqlRefusedException unended(String what, String text, int at) {
    return SqlRefusedException.bad(
        Optional.of(TextPlace.of(text, at)), what + " starts here and does not end");
  }
}
