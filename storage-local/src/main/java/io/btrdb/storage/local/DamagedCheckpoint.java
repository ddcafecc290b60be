package io.btrdb.storage.local;

import java.nio.file.Path;

/**
 * A checkpoint that did not verify and is not used.
 *
 * @param directory where it was set aside, for a person to look at
 * @param what which check failed
 */
public record DamagedCheckpoint(Path directory, String what) {}
