package io.btrdb.catalog;

/**
 * Bounds that the state machine itself enforces. Constants and not settings: replicas that
 * disagreed on one would answer one entry differently. The doors' limits are at or below these.
 */
public final class CatalogLimits {
  /** UTF-8 bytes of a collection's name, at least 1. */
  public static final int COLLECTION_BYTES_MAX = 255;

  /** UTF-8 bytes of a tag's or an annotation's key, at least 1. */
  public static final int KEY_BYTES_MAX = 63;

  /** UTF-8 bytes of a tag's value; may be empty. */
  public static final int TAG_VALUE_BYTES_MAX = 255;

  /** Tags of one stream. Each is a row of an index, so that one entry's work stays bounded. */
  public static final int TAGS_MAX = 32;

  /** Annotations of one stream. Each is a counter of its collection. */
  public static final int ANNOTATIONS_MAX = 1_024;

  /**
   * UTF-8 bytes of all keys and values of one stream's annotations: a page holds a few at least.
   */
  public static final int ANNOTATION_BYTES_MAX = 256 << 10;

  /** Changes of one stream after which a repeated request is no longer recognised. */
  public static final int REMEMBERED_CHANGES = 8;

  /** Keys, also those that have expired and were not revoked: all of them fit into one answer. */
  public static final int ACCESS_KEYS_MAX = 4_096;

  /** Bytes of a key with its user and grants. */
  public static final int ACCESS_KEY_BYTES_MAX = 2 << 10;

  /** Characters of a key's id. */
  public static final int ACCESS_ID_CHARS_MAX = 32;

  private CatalogLimits() {}
}
