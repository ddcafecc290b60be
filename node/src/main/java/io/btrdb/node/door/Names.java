package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.KeyOptValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names the contract allows, for collections, tags and annotations. */
final class Names {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_.]*");
  private static final Set<String> TAGS = Set.of("name", "unit", "ingress", "distiller");

  private Names() {}

  static Optional<Refusal> collection(String name) {
    int bytes = bytes(name);
    if (bytes == 0 || bytes > Limits.COLLECTION_BYTES || hasNul(name)) {
      return refuse(
          ErrorCode.INVALID_COLLECTION,
          "a collection's name has 1 to %d bytes and no NUL, this one has %d: \"%s\"",
          Limits.COLLECTION_BYTES,
          bytes,
          shown(name));
    }
    return Optional.empty();
  }

  static Optional<Refusal> tags(List<KeyOptValue> tags) {
    for (KeyOptValue tag : tags) {
      Optional<Refusal> wrong =
          tagKey(tag.getKey()).or(() -> tagValue(tag.getKey(), tag.getVal().getValue()));
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return distinct(tags);
  }

  static Optional<Refusal> tagKeys(List<String> keys) {
    return keys.stream().map(Names::tagKey).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Refusal> tagKey(String key) {
    return TAGS.contains(key)
        ? Optional.empty()
        : refuse(
            ErrorCode.INVALID_TAG_KEY,
            "\"%s\" is not a tag; tags are name, unit, ingress and distiller",
            shown(key));
  }

  private static Optional<Refusal> tagValue(String key, String value) {
    int bytes = bytes(value);
    return bytes <= Limits.TAG_VALUE_BYTES && !hasNul(value)
        ? Optional.empty()
        : refuse(
            ErrorCode.INVALID_TAG_VALUE,
            "the value of tag %s has %d bytes; it may have %d, and no NUL",
            key,
            bytes,
            Limits.TAG_VALUE_BYTES);
  }

  static Optional<Refusal> annotations(List<KeyOptValue> annotations) {
    long total = 0;
    for (KeyOptValue annotation : annotations) {
      Optional<Refusal> wrong = annotationKey(annotation.getKey());
      if (wrong.isPresent()) {
        return wrong;
      }
      int bytes = bytes(annotation.getVal().getValue());
      total += bytes + annotation.getKey().length();
      if (bytes > Limits.ANNOTATION_VALUE_BYTES || total > Limits.ANNOTATION_TOTAL_BYTES) {
        return refuse(
            ErrorCode.ANNOTATION_TOO_BIG,
            "annotation %s has %d bytes; one may have %d, and all of a request %d",
            annotation.getKey(),
            bytes,
            Limits.ANNOTATION_VALUE_BYTES,
            Limits.ANNOTATION_TOTAL_BYTES);
      }
    }
    return distinct(annotations);
  }

  static Optional<Refusal> annotationKeys(List<String> keys) {
    return keys.stream().map(Names::annotationKey).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Refusal> annotationKey(String key) {
    return key.length() <= Limits.KEY_BYTES && KEY.matcher(key).matches()
        ? Optional.empty()
        : refuse(
            ErrorCode.INVALID_TAG_KEY,
            "\"%s\" is not a key: 1 to %d characters a-z, 0-9, _ and ., the first a letter",
            shown(key),
            Limits.KEY_BYTES);
  }

  private static Optional<Refusal> distinct(List<KeyOptValue> pairs) {
    return toMap(pairs).size() == pairs.size()
        ? Optional.empty()
        : refuse(ErrorCode.WRONG_ARGUMENTS, "a key is given twice");
  }

  /** The pairs as a map; a key without a value has the empty one. */
  static Map<String, String> toMap(List<KeyOptValue> pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (KeyOptValue pair : pairs) {
      map.put(pair.getKey(), pair.getVal().getValue());
    }
    return map;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  /** What of a name goes into a message: not a megabyte of it, and nothing unprintable. */
  private static String shown(String name) {
    String start = name.length() <= 80 ? name : name.substring(0, 80) + "...";
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  private static Optional<Refusal> refuse(ErrorCode code, String format, Object... values) {
    return Optional.of(Refusal.of(code, format, values));
  }
}
