/**
 * Stores that fail on purpose, for tests and simulations: writes that fail or tear, bits that flip,
 * reads that come from the wrong place, data lost in a crash. What happens when is decided by a
 * {@link io.btrdb.storage.faulty.FaultPlan}: a script, or a seed that gives the same faults every
 * time.
 */
package io.btrdb.storage.faulty;
