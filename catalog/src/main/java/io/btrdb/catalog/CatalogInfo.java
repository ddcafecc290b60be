package io.btrdb.catalog;

import java.util.Optional;

/**
 * The catalog as a whole, after one log entry.
 *
 * @param clusterId empty until Init
 * @param level highest format level that entries may use; 1 until a later one is activated
 * @param appliedIndex index of the last entry, -1 before the first
 * @param logTimeMillis log time of the last entry
 * @param streams active streams
 * @param unfinished streams reserved or hidden
 */
public record CatalogInfo(
    Optional<String> clusterId,
    int level,
    long appliedIndex,
    long logTimeMillis,
    long streams,
    long unfinished) {
  static final CatalogInfo EMPTY = new CatalogInfo(Optional.empty(), 1, -1, 0, 0, 0);

  CatalogInfo at(long index, long newLogTimeMillis) {
    return new CatalogInfo(clusterId, level, index, newLogTimeMillis, streams, unfinished);
  }

  CatalogInfo withClusterId(String id) {
    return new CatalogInfo(
        Optional.of(id), level, appliedIndex, logTimeMillis, streams, unfinished);
  }

  CatalogInfo withLevel(int newLevel) {
    return new CatalogInfo(clusterId, newLevel, appliedIndex, logTimeMillis, streams, unfinished);
  }

  CatalogInfo plus(long moreStreams, long moreUnfinished) {
    return new CatalogInfo(
        clusterId,
        level,
        appliedIndex,
        logTimeMillis,
        streams + moreStreams,
        unfinished + moreUnfinished);
  }
}
