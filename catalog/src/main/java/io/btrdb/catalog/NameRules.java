package io.btrdb.catalog;

import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.Map;
import java.util.Optional;

/**
 * What the state needs of names: bounded, not empty, and without the NUL byte that separates the
 * parts of a key. The doors check more, and before the log.
 */
final class NameRules {
  private NameRules() {}

  static Optional<Refused> problem(
      String collection, Map<String, String> tags, Map<String, String> annotations) {
    return collection(collection).or(() -> tags(tags)).or(() -> annotations(annotations));
  }

  static Optional<Refused> collection(String collection) {
    return fits(collection, 1, CatalogLimits.COLLECTION_BYTES_MAX)
        ? Optional.empty()
        : refuse(
            Reason.INVALID_COLLECTION,
            "a collection has 1 to "
                + CatalogLimits.COLLECTION_BYTES_MAX
                + " bytes, none of them NUL");
  }

  static Optional<Refused> tags(Map<String, String> tags) {
    if (tags.size() > CatalogLimits.TAGS_MAX) {
      return refuse(
          Reason.INVALID_TAG_KEY,
          tags.size() + " tags, a stream has at most " + CatalogLimits.TAGS_MAX);
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      if (!fits(tag.getKey(), 1, CatalogLimits.KEY_BYTES_MAX)) {
        return refuse(
            Reason.INVALID_TAG_KEY,
            "a tag's key has 1 to " + CatalogLimits.KEY_BYTES_MAX + " bytes, none of them NUL");
      }
      if (!fits(tag.getValue(), 0, CatalogLimits.TAG_VALUE_BYTES_MAX)) {
        return refuse(
            Reason.INVALID_TAG_VALUE,
            "the value of tag "
                + tag.getKey()
                + " has at most "
                + CatalogLimits.TAG_VALUE_BYTES_MAX
                + " bytes, none of them NUL");
      }
    }
    return Optional.empty();
  }

  static Optional<Refused> annotations(Map<String, String> annotations) {
    if (annotations.size() > CatalogLimits.ANNOTATIONS_MAX) {
      return refuse(
          Reason.ANNOTATIONS_TOO_BIG,
          annotations.size()
              + " annotations, a stream has at most "
              + CatalogLimits.ANNOTATIONS_MAX);
    }
    long bytes = 0;
    for (Map.Entry<String, String> annotation : annotations.entrySet()) {
      if (!fits(annotation.getKey(), 1, CatalogLimits.KEY_BYTES_MAX)) {
        return refuse(
            Reason.INVALID_ANNOTATION_KEY,
            "an annotation's key has 1 to "
                + CatalogLimits.KEY_BYTES_MAX
                + " bytes, none of them NUL");
      }
      bytes += StateKeys.utf8(annotation.getKey()).length;
      bytes += StateKeys.utf8(annotation.getValue()).length;
    }
    return bytes <= CatalogLimits.ANNOTATION_BYTES_MAX
        ? Optional.empty()
        : refuse(
            Reason.ANNOTATIONS_TOO_BIG,
            "annotations of "
                + bytes
                + " bytes, a stream has at most "
                + CatalogLimits.ANNOTATION_BYTES_MAX);
  }

  private static boolean fits(String name, int min, int max) {
    int length = StateKeys.utf8(name).length;
    return length >= min && length <= max && name.indexOf('\0') < 0;
  }

  private static Optional<Refused> refuse(Reason reason, String detail) {
    return Optional.of(new Refused(reason, detail));
  }
}
