package io.btrdb.catalog;

import java.util.UUID;

/**
 * A create or an obliterate that has begun and not ended.
 *
 * @param lifecycle {@link Lifecycle#RESERVED} or {@link Lifecycle#HIDDEN}
 * @param request the request that owns the step
 */
public record UnfinishedStream(UUID uuid, Lifecycle lifecycle, UUID request) {}
