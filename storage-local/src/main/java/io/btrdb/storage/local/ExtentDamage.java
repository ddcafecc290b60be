package io.btrdb.storage.local;

import java.nio.file.Path;

/**
 * A place in an extent file that is not a sound record although sound ones follow. Segments in it
 * are not in the store; they can be fetched from a peer and put again.
 *
 * @param file the extent
 * @param offset where it starts
 * @param lengthBytes how far it goes
 * @param what which check failed
 */
public record ExtentDamage(Path file, long offset, long lengthBytes, String what) {}
