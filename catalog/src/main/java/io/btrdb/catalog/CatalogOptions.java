package io.btrdb.catalog;

/**
 * What a node may choose without changing the state.
 *
 * @param pageBytesMax bytes of descriptors after which a page of a lookup ends, though never before
 *     its first; keeps an answer below the message limit between nodes (16 MiB) with a margin for
 *     its largest descriptor
 * @param probeEntries index entries read per tag filter to find the most selective one
 */
public record CatalogOptions(int pageBytesMax, int probeEntries) {
  public static final CatalogOptions DEFAULT = new CatalogOptions(3 << 20, 128);

  public CatalogOptions {
    if (pageBytesMax < 1 || probeEntries < 1) {
      throw new IllegalArgumentException(
          "page of "
              + pageBytesMax
              + " bytes, probe of "
              + probeEntries
              + ": both must be positive");
    }
  }
}
