/**
 * Columns of times and numbers as Arrow IPC streams, and back.
 *
 * <p>{@link io.btrdb.arrow.ArrowSchema} says which columns a stream has, {@link
 * io.btrdb.arrow.ArrowStream} writes chunks of {@code long[]} and {@code double[]} as complete
 * streams of one batch, {@link io.btrdb.arrow.InboundPoints} reads points from a stream that
 * somebody sent. All of it works on Java's own arrays: nothing is allocated outside of the heap, so
 * nothing has to be released, and bytes from outside are read through checked buffers only.
 */
package io.btrdb.arrow;
