package io.btrdb.consensus;

import java.time.Duration;

/**
 * How far a follower or listener is, as its leader sees it.
 *
 * @param matchIndex last index known to be on that follower's disk; −1 when none is
 * @param lag committed entries it does not have yet
 * @param silence time since it last answered
 */
public record FollowerProgress(PeerId id, long matchIndex, long lag, Duration silence) {}
