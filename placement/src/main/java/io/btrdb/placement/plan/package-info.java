/**
 * Where replicas and leaders should be, as a pure function: {@link
 * io.btrdb.placement.plan.Planner#plan} takes the cluster as it is and answers with the next steps.
 *
 * <p>{@link io.btrdb.placement.plan.Layout} is the cluster as it will be once what is under way has
 * ended; {@link io.btrdb.placement.plan.Repairs} finds what a group needs to be whole, {@link
 * io.btrdb.placement.plan.Evening} what evens nodes out with the fewest moves. No clock, thread,
 * randomness, socket or file: the same state gives the same plan on every node, and a test runs
 * thousands of clusters in a second.
 */
package io.btrdb.placement.plan;
