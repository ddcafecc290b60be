package io.btrdb.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON object (RFC 8259), as nodes write rows. Numbers without a fraction or an exponent
 * are Long, others Double.
 */
final class JsonText {
  private static final int DEPTH_MAX = 64;

  private final String text;
  private int at;
  private int depth;

  JsonText(String text) {
    this.text = text;
  }

  /** The object that is the whole text; throws {@link IllegalStateException} when it is none. */
  Map<String, Object> object() {
    space();
    Map<String, Object> object = readObject();
    space();
    if (at != text.length()) {
      throw malformed();
    }
    return object;
  }

  private Object value() {
    space();
    char c = peek();
    if (c == '{') {
      return readObject();
    }
    if (c == '[') {
      return readList();
    }
    if (c == '"') {
      return readString();
    }
    if (c == '-' || c >= '0' && c <= '9') {
      return readNumber();
    }
    if (skipped("true")) {
      return true;
    }
    if (skipped("false")) {
      return false;
    }
    if (skipped("null")) {
      return null;
    }
    throw malformed();
  }

  private Map<String, Object> readObject() {
    enter('{');
    Map<String, Object> members = new LinkedHashMap<>();
    space();
    boolean more = !ended('}');
    while (more) {
      space();
      String key = readString();
      space();
      expect(':');
      members.put(key, value());
      more = goesOn('}');
    }
    depth--;
    return Collections.unmodifiableMap(members);
  }

  private List<Object> readList() {
    enter('[');
    List<Object> items = new ArrayList<>();
    space();
    boolean more = !ended(']');
    while (more) {
      items.add(value());
      more = goesOn(']');
    }
    depth--;
    return Collections.unmodifiableList(items);
  }

  private void enter(char open) {
    expect(open);
    if (++depth > DEPTH_MAX) {
      throw malformed();
    }
  }

  /** After an item: whether another one follows, or else that this was the last. */
  private boolean goesOn(char end) {
    space();
    if (ended(end)) {
      return false;
    }
    expect(',');
    return true;
  }

  private boolean ended(char end) {
    if (peek() != end) {
      return false;
    }
    at++;
    return true;
  }

  private String readString() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    switch (c) {
      case '"', '\\', '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        return unicode();
      default:
        throw malformed();
    }
  }

  private char unicode() {
    if (at + 4 > text.length()) {
      throw malformed();
    }
    try {
      char c = (char) Integer.parseInt(text, at, at + 4, 16);
      at += 4;
      return c;
    } catch (NumberFormatException e) {
      throw malformed();
    }
  }

  private Number readNumber() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    try {
      if (number.matches("-?\\d+")) {
        return Long.valueOf(number);
      }
      return Double.valueOf(number);
    } catch (NumberFormatException e) {
      throw malformed();
    }
  }

  private boolean skipped(String word) {
    if (!text.startsWith(word, at)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw malformed();
    }
    at++;
  }

  private IllegalStateException malformed() {
    return new IllegalStateException("a node sent a row that is no JSON, at character " + at);
  }
}
