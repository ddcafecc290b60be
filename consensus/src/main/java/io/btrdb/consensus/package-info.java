/**
 * A replicated log of bytes on Apache Ratis, the only package that knows Ratis. It knows nothing of
 * trees or of what the bytes mean.
 *
 * <p>A {@link io.btrdb.consensus.RaftNode} is a process' Raft server. It holds any number of
 * groups, each a {@link io.btrdb.consensus.ReplicatedLog} in front of the node's {@link
 * io.btrdb.consensus.ReplicatedStateMachine}. The way of one command:
 *
 * <pre>
 * ReplicatedLog.submit
 *   Proposer             commands that wait together become one entry (EntryFormat), in order
 *     LeadershipGate     ... once this leader may speak: its predecessor's lease has run out
 *   Ratis                leader's disk and followers' disks; a majority commits
 *   StateMachineAdapter  on every replica, in log order, ReplicatedStateMachine.apply; checkpoints by bytes
 * the future             completes with the outcome that apply returned on the leader
 * </pre>
 *
 * <p>Reads go through {@code ReadRounds}, changes of members through {@code Membership}. What a
 * caller must know when something fails is in {@link io.btrdb.consensus.ConsensusException}:
 * whether the command may have been applied all the same.
 */
package io.btrdb.consensus;
