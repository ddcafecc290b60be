package io.btrdb.catalog;

import java.util.Map;

/** How many streams carry each key, in order of keys. */
public record MetadataUsage(Map<String, Long> tags, Map<String, Long> annotations) {}
