package io.btrdb.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An hstore as text.
 *
 * <pre>
 * hstore = [ pair { "," pair } ]
 * pair   = word "=>" word
 * word   = characters without quotes, commas, spaces, = and &gt;
 *        | '"' characters, a backslash before those that would end it '"'
 * </pre>
 */
final class HstoreText {
  private static final String WORD = "(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\",=>]++))";
  private static final Pattern PAIR =
      Pattern.compile("\\s*+" + WORD + "\\s*+=>\\s*+" + WORD + "\\s*+(,|$)", Pattern.DOTALL);

  private HstoreText() {}

  /** Empty when the text is none. */
  static Optional<Map<String, String>> read(String text) {
    Map<String, String> map = new LinkedHashMap<>();
    if (text.isBlank()) {
      return Optional.of(map);
    }
    Matcher pair = PAIR.matcher(text);
    int at = 0;
    boolean more = true;
    while (more) {
      if (!pair.find(at) || pair.start() != at) {
        return Optional.empty();
      }
      map.put(word(pair, 1), word(pair, 3));
      at = pair.end();
      more = pair.group(5).equals(",");
    }
    return at == text.length() ? Optional.of(map) : Optional.empty();
  }

  private static String word(Matcher pair, int group) {
    String quoted = pair.group(group);
    return quoted == null ? pair.group(group + 1) : quoted.replaceAll("\\\\(.)", "$1");
  }
}
