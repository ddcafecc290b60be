/**
 * Tests of whole clusters: three node processes on this machine, a client, and faults.
 *
 * <p>{@link io.btrdb.chaos.ClusterUnderTest} runs the nodes and hurts them; {@link
 * io.btrdb.chaos.WriteLoad} and {@link io.btrdb.chaos.ReadLoad} keep them busy meanwhile; {@link
 * io.btrdb.chaos.StreamLedger} remembers what writers were told and finds every read that does not
 * agree with it. Reading order: StreamLedger, its test, KillEachNodeInTurnTest.
 *
 * <p>{@link io.btrdb.chaos.RandomFaultsTest} goes further: a {@link io.btrdb.chaos.Scenario} lets a
 * {@link io.btrdb.chaos.Generator} work, a {@link io.btrdb.chaos.Schedule} of {@link
 * io.btrdb.chaos.Nemesis} hurt, and has all of it written into a history that the checkers of
 * {@code io.btrdb.chaos.check} judge. Reading order: Scenario, StreamPlan, HistoryClient, Nemeses,
 * then the checkers' package.
 *
 * <p>Seeds are printed; {@code -Dbtrdb.chaos.seed=N} repeats one, {@code -Dbtrdb.chaos.rounds=N}
 * asks for more.
 */
package io.btrdb.chaos;
