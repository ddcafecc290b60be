package io.btrdb.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A query's text made ready for the parser, which knows neither numbered parameters nor the
 * operators of hstore, and casts otherwise than PostgreSQL:
 *
 * <pre>
 * $2           becomes  ?                     and {@link #parameters} remembers the 2
 * uuid         becomes  "uuid"               a keyword of the parser's
 * a::b         becomes  CAST(a AS b)
 * a -> b       becomes  hstore_get(a, b)
 * a ? b        becomes  hstore_exist(a, b)
 * a @> b       becomes  hstore_contains(a, b)
 * </pre>
 *
 * The operands of such an operator are what stands next to it: a name, a literal, a parameter, a
 * call or something in parentheses, with the casts after it. Lines keep their numbers, and every
 * character of the result knows where it comes from.
 */
final class PostgresText {
  private static final Map<String, String> OPERATORS =
      Map.of("->", "hstore_get", "?", "hstore_exist", "@>", "hstore_contains");

  private static final String UUID_COLUMN = "\"uuid\"";

  private static final Set<String> TYPE_ENDS = Set.of("precision", "varying");

  /** What may stand before a parenthesis and is no function. */
  private static final Set<String> KEYWORDS =
      Set.of(
          ("select distinct all from where and or not on using in like ilike is between having by"
                  + " when then else case as any some exists values limit offset union intersect"
                  + " except with filter")
              .split(" "));

  private final String original;
  private final StringBuilder sql = new StringBuilder();
  private final List<Integer> origins = new ArrayList<>();
  private final List<Integer> parameters = new ArrayList<>();

  /** A part of the result, and the offset in the original that it stands for. */
  private record Piece(SqlToken.Kind kind, String text, int origin) {}

  /** Throws {@link SqlRefusedException}. */
  PostgresText(String original) {
    this.original = original;
    List<SqlToken> tokens = withoutEnd(SqlToken.read(original));
    List<Piece> pieces = new ArrayList<>();
    translate(tokens, 0, tokens.size(), pieces);
    for (Piece piece : pieces) {
      for (int i = 0; i < piece.text().length(); i++) {
        sql.append(piece.text().charAt(i));
        origins.add(piece.origin() + (piece.kind() == SqlToken.Kind.SPACE ? i : 0));
      }
      if (piece.kind() == SqlToken.Kind.PARAMETER) {
        parameters.add(Integer.parseInt(original, piece.origin() + 1, end(piece.origin()), 10));
      }
    }
  }

  /** A semicolon may end the text. */
  private static List<SqlToken> withoutEnd(List<SqlToken> tokens) {
    int end = tokens.size();
    while (end > 0
        && (tokens.get(end - 1).kind() == SqlToken.Kind.SPACE || tokens.get(end - 1).is(";"))) {
      end--;
    }
    return tokens.subList(0, end);
  }

  private int end(int parameter) {
    int end = parameter + 1;
    while (end < original.length() && Character.isDigit(original.charAt(end))) {
      end++;
    }
    return end;
  }

  String sql() {
    return sql.toString();
  }

  /** Numbers of the parameters, in the order in which the result has them as question marks. */
  List<Integer> parameters() {
    return parameters;
  }

  /** Where a place of the result is in the original. */
  TextPlace originOf(TextPlace place) {
    int offset = place.offsetIn(sql.toString());
    return TextPlace.of(
        original, offset < origins.size() ? origins.get(offset) : original.length());
  }

  private void translate(List<SqlToken> tokens, int from, int to, List<Piece> out) {
    int at = from;
    while (at < to) {
      SqlToken token = tokens.get(at);
      if (token.is("::")) {
        at = cast(tokens, at, to, out);
        continue;
      }
      String function = token.kind() == SqlToken.Kind.SYMBOL ? OPERATORS.get(token.text()) : null;
      if (function == null) {
        out.add(
            isUuidColumn(tokens, at)
                ? new Piece(token.kind(), UUID_COLUMN, token.start())
                : piece(token));
        at++;
        continue;
      }
      int left = startOfOperand(out);
      int right = skipSpace(tokens, at + 1, to);
      int end = endOfOperand(tokens, right, to);
      check(token, left >= 0 && end > right);
      out.add(left, new Piece(SqlToken.Kind.WORD, function + "(", token.start()));
      out.add(new Piece(SqlToken.Kind.SYMBOL, ",", token.start()));
      translate(tokens, right, end, out);
      out.add(new Piece(SqlToken.Kind.SYMBOL, ")", token.start()));
      at = end;
    }
  }

  /** The parser has this operator, too, but lets others bind more tightly. */
  private int cast(List<SqlToken> tokens, int at, int to, List<Piece> out) {
    SqlToken operator = tokens.get(at);
    int left = startOfOperand(out);
    int type = skipSpace(tokens, at + 1, to);
    int end = endOfType(tokens, type, to);
    check(operator, left >= 0 && end > type);
    out.add(left, new Piece(SqlToken.Kind.WORD, "CAST(", operator.start()));
    out.add(new Piece(SqlToken.Kind.WORD, " AS ", operator.start()));
    tokens.subList(type, end).forEach(each -> out.add(piece(each)));
    out.add(new Piece(SqlToken.Kind.SYMBOL, ")", operator.start()));
    return end;
  }

  /** A word, or two as in DOUBLE PRECISION, and perhaps a length. */
  private static int endOfType(List<SqlToken> tokens, int from, int to) {
    int end = endOfPart(tokens, from, to);
    int next = skipSpace(tokens, end, to);
    boolean goesOn =
        next < to && TYPE_ENDS.contains(tokens.get(next).text().toLowerCase(Locale.ROOT));
    return goesOn ? endOfPart(tokens, next, to) : end;
  }

  private void check(SqlToken operator, boolean complete) {
    if (!complete) {
      throw SqlRefusedException.bad(
          Optional.of(TextPlace.of(original, operator.start())),
          operator.text() + " has nothing on one of its sides");
    }
  }

  /** The parser takes the bare word for the start of a literal, which it may be. */
  private static boolean isUuidColumn(List<SqlToken> tokens, int at) {
    if (!tokens.get(at).text().equalsIgnoreCase("uuid")) {
      return false;
    }
    int next = skipSpace(tokens, at + 1, tokens.size());
    return next == tokens.size() || !tokens.get(next).text().startsWith("'");
  }

  private static Piece piece(SqlToken token) {
    String text = token.kind() == SqlToken.Kind.PARAMETER ? "?" : token.text();
    return new Piece(token.kind(), text, token.start());
  }

  private static int skipSpace(List<SqlToken> tokens, int from, int to) {
    int at = from;
    while (at < to && tokens.get(at).kind() == SqlToken.Kind.SPACE) {
      at++;
    }
    return at;
  }

  /** Index of the piece where the operand that ends here starts; -1 when there is none. */
  private static int startOfOperand(List<Piece> out) {
    int start = startOfPart(out, out.size() - 1);
    while (start > 0) {
      int before = lastBefore(out, start);
      if (before < 0 || !is(out, before, ".")) {
        break;
      }
      start = startOfPart(out, before - 1);
    }
    return start;
  }

  /** A name, a literal, or something in parentheses with the name that it is called by. */
  private static int startOfPart(List<Piece> out, int last) {
    int at = last;
    while (at >= 0 && out.get(at).kind() == SqlToken.Kind.SPACE) {
      at--;
    }
    if (at < 0) {
      return -1;
    }
    if (!is(out, at, ")") && !is(out, at, "]")) {
      return out.get(at).kind() == SqlToken.Kind.SYMBOL ? -1 : at;
    }
    int open = 0;
    while (at >= 0) {
      open += closes(out.get(at)) - opens(out.get(at));
      if (open == 0) {
        int before = lastBefore(out, at);
        boolean whole = out.get(at).text().length() > 1;
        return !whole && before >= 0 && isFunction(out.get(before)) ? before : at;
      }
      at--;
    }
    return -1;
  }

  private static boolean isFunction(Piece piece) {
    return piece.kind() == SqlToken.Kind.WORD
        && !KEYWORDS.contains(piece.text().toLowerCase(Locale.ROOT));
  }

  /** A function's name is one piece with its parenthesis where we wrote it ourselves. */
  private static int opens(Piece piece) {
    boolean opening = piece.text().endsWith("(") || piece.text().equals("[");
    return opening && piece.kind() != SqlToken.Kind.TEXT ? 1 : 0;
  }

  private static int closes(Piece piece) {
    return piece.kind() == SqlToken.Kind.SYMBOL
            && (piece.text().equals(")") || piece.text().equals("]"))
        ? 1
        : 0;
  }

  private static int lastBefore(List<Piece> out, int index) {
    int at = index - 1;
    while (at >= 0 && out.get(at).kind() == SqlToken.Kind.SPACE) {
      at--;
    }
    return at;
  }

  private static boolean is(List<Piece> out, int index, String symbol) {
    return out.get(index).kind() == SqlToken.Kind.SYMBOL && out.get(index).text().equals(symbol);
  }

  /** Index of the token after the operand that starts here; the same index when there is none. */
  private static int endOfOperand(List<SqlToken> tokens, int from, int to) {
    int end = endOfPart(tokens, from, to);
    while (end > from && end < to) {
      int next = skipSpace(tokens, end, to);
      if (next >= to || !(tokens.get(next).is("::") || tokens.get(next).is("."))) {
        break;
      }
      int part = skipSpace(tokens, next + 1, to);
      int after = endOfPart(tokens, part, to);
      if (after == part) {
        break;
      }
      end = after;
    }
    return end;
  }

  private static int endOfPart(List<SqlToken> tokens, int from, int to) {
    if (from >= to) {
      return from;
    }
    SqlToken first = tokens.get(from);
    if (first.is("(")) {
      return endOfParentheses(tokens, from, to);
    }
    if (first.kind() == SqlToken.Kind.SYMBOL) {
      return from;
    }
    int next = from + 1;
    boolean called = first.kind() == SqlToken.Kind.WORD && next < to && tokens.get(next).is("(");
    return called ? endOfParentheses(tokens, next, to) : next;
  }

  private static int endOfParentheses(List<SqlToken> tokens, int from, int to) {
    int open = 0;
    for (int at = from; at < to; at++) {
      open += tokens.get(at).is("(") ? 1 : tokens.get(at).is(")") ? -1 : 0;
      if (open == 0) {
        return at + 1;
      }
    }
    return to;
  }
}
