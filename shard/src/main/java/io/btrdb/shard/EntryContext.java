package io.btrdb.shard;

/**
 * Where in the log a command stands, and what the log says about it.
 *
 * @param term the entry's own Raft term
 * @param index the entry's index
 * @param commandInEntry which of the entry's commands this is, from 0
 * @param proposerTerm the term in which its proposer believed to lead, from the entry's envelope
 * @param logTimeMillis the log's time: stamped by the leader
 */
public record EntryContext(
    long term, long index, int commandInEntry, long proposerTerm, long logTimeMillis) {
  /** The same; where a new leader's stamp is behind what was seen, time stands still. */
  EntryContext notBefore(long millis) {
    return logTimeMillis >= millis
        ? this
        : new EntryContext(term, index, commandInEntry, proposerTerm, millis);
  }
}
