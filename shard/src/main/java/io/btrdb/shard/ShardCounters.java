package io.btrdb.shard;

/**
 * What this replica did since it was opened; for metrics, not part of the state.
 *
 * @param commands applied
 * @param duplicates requests answered from a session's memory
 * @param refusals operations refused
 * @param pointsLogged points of inserts that took effect
 * @param versionsSealed versions made
 * @param versionsMaterialised versions that got their root
 * @param commits Commits of which at least one item applied
 * @param commitsIgnored Commits that changed nothing
 * @param sessionsExpired sessions forgotten
 * @param operationsSpilled operations that went to the state store because the heap budget was full
 * @param blocksFreed blocks that no readable version needs any more
 * @param bytesFreed bytes of these
 * @param segmentsRewritten segments that got another generation
 */
public record ShardCounters(
    long commands,
    long duplicates,
    long refusals,
    long pointsLogged,
    long versionsSealed,
    long versionsMaterialised,
    long commits,
    long commitsIgnored,
    long sessionsExpired,
    long operationsSpilled,
    long blocksFreed,
    long bytesFreed,
    long segmentsRewritten) {}
