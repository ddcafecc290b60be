package io.btrdb.catalog;

import java.util.UUID;

/** A place in the order of streams: by the bytes of the collection, then by those of the UUID. */
public record StreamPosition(String collection, UUID uuid) {}
