package io.btrdb.client;

import java.util.Map;

/** How many streams carry each key, in the order the server gave. */
public record MetadataUsage(Map<String, Long> tags, Map<String, Long> annotations) {}
