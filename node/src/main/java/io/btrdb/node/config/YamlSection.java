package io.btrdb.node.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One mapping of a YAML file, read key by key. Collects problems instead of throwing at the first,
 * and knows at the end which keys nobody asked for.
 */
final class YamlSection {
  private final String path;
  private final JsonNode node;
  private final List<String> problems;
  private final Set<String> asked = new HashSet<>();

  YamlSection(String path, JsonNode node, List<String> problems) {
    this.path = path;
    this.node = node;
    this.problems = problems;
  }

  String text(String key, String fallback) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isValueNode()) {
      problems.add(name(key) + " must be a text, is " + value);
      return fallback;
    }
    if (!value.asText().codePoints().allMatch(YamlSection::isOfALine)) {
      problems.add(name(key) + " must be one line without control characters, is " + value);
      return fallback;
    }
    return value.asText();
  }

  /** Such text can be printed and read back, and named in messages. */
  private static boolean isOfALine(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true; // there are thirty types of characters
    };
  }

  String requiredText(String key) {
    String value = text(key, null);
    if (value == null || value.isBlank()) {
      problems.add(name(key) + " is missing");
      return "";
    }
    return value;
  }

  int integer(String key, int fallback, int min, int max) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      problems.add(name(key) + " must be a whole number, is " + value);
      return fallback;
    }
    if (value.asInt() < min || value.asInt() > max) {
      problems.add(name(key) + " must be " + min + " to " + max + ", is " + value);
      return fallback;
    }
    return value.asInt();
  }

  boolean flag(String key, boolean fallback) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      problems.add(name(key) + " must be true or false, is " + value);
      return fallback;
    }
    return value.asBoolean();
  }

  /** Whether the key is there. */
  boolean present(String key) {
    return node != null && node.has(key);
  }

  /** The mapping under a key; empty when it is not there. */
  YamlSection section(String key) {
    JsonNode value = take(key);
    if (value != null && !value.isObject()) {
      problems.add(name(key) + " must be a mapping of keys to values, is " + value);
      value = null;
    }
    return new YamlSection(name(key), value, problems);
  }

  /** The mappings of a list under a key. */
  List<YamlSection> sections(String key) {
    JsonNode value = take(key);
    List<YamlSection> sections = new ArrayList<>();
    if (value == null) {
      return sections;
    }
    if (!value.isArray()) {
      problems.add(name(key) + " must be a list, is " + value);
      return sections;
    }
    for (int i = 0; i < value.size(); i++) {
      sections.add(new YamlSection(name(key) + "[" + i + "]", value.get(i), problems));
    }
    return sections;
  }

  void rejectUnknownKeys() {
    if (node == null) {
      return;
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!asked.contains(key)) {
                problems.add(
                    name(key)
                        + " is not a setting; known here are "
                        + asked.stream().sorted().toList());
              }
            });
  }

  private JsonNode take(String key) {
    asked.add(key);
    JsonNode value = node == null ? null : node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
