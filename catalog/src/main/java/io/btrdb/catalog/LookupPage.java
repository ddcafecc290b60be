package io.btrdb.catalog;

import java.util.List;

/**
 * Streams in order of {@link StreamPosition}.
 *
 * @param more there may be further streams after the last one here; never true of an empty page
 */
public record LookupPage(List<StreamDescriptor> streams, boolean more) {}
