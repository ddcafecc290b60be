package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;

/**
 * A block that later versions no longer reach: it may be freed when no readable version lies in
 * [born, died).
 */
public record DeadBlock(BlockAddress address, long born, long died) {}
