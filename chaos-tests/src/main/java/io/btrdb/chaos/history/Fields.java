package io.btrdb.chaos.history;

import java.util.LinkedHashMap;
import java.util.Map;

/** A line of a history: a flat JSON object of strings and whole numbers, in the order of adding. */
final class Fields {
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, Boolean> quoted = new LinkedHashMap<>();

  Fields put(String name, long value) {
    values.put(name, Long.toString(value));
    quoted.put(name, false);
    return this;
  }

  Fields put(String name, String value) {
    values.put(name, value);
    quoted.put(name, true);
    return this;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no field " + name + " in " + this);
    }
    return value;
  }

  long number(String name) {
    return Long.parseLong(text(name));
  }

  int integer(String name) {
    return Math.toIntExact(number(name));
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("{");
    values.forEach(
        (name, value) -> {
          out.append(out.length() > 1 ? "," : "").append('"').append(name).append("\":");
          if (quoted.get(name)) {
            quote(value, out);
          } else {
            out.append(value);
          }
        });
    return out.append('}').toString();
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /**
   * @throws IllegalArgumentException when the line is no such object
   */
  static Fields parse(String line) {
    return new Parser(line).object();
  }

  private static final class Parser {
    private final String line;
    private int at;

    Parser(String line) {
      this.line = line;
    }

    Fields object() {
      Fields fields = new Fields();
      expect('{');
      while (peek() != '}') {
        if (!fields.values.isEmpty()) {
          expect(',');
        }
        String name = string();
        expect(':');
        if (peek() == '"') {
          fields.put(name, string());
        } else {
          fields.put(name, number());
        }
      }
      expect('}');
      if (at != line.length()) {
        throw malformed();
      }
      return fields;
    }

    private char peek() {
      if (at >= line.length()) {
        throw malformed();
      }
      return line.charAt(at);
    }

    private void expect(char c) {
      if (peek() != c) {
        throw malformed();
      }
      at++;
    }

    private long number() {
      int from = at;
      while (peek() == '-' || Character.isDigit(peek())) {
        at++;
      }
      return Long.parseLong(line.substring(from, at));
    }

    private String string() {
      expect('"');
      StringBuilder out = new StringBuilder();
      while (peek() != '"') {
        char c = line.charAt(at++);
        if (c != '\\') {
          out.append(c);
        } else if (peek() == 'u') {
          out.append((char) Integer.parseInt(line.substring(at + 1, at + 5), 16));
          at += 5;
        } else {
          out.append(line.charAt(at++));
        }
      }
      at++;
      return out.toString();
    }

    private IllegalArgumentException malformed() {
      return new IllegalArgumentException("malformed at " + at + ": " + line);
    }
  }
}
