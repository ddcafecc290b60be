/**
 * Where blocks and state live, as seen by everything above: the interfaces, their in-memory stores,
 * and the format of a segment.
 *
 * <p><b>Segments.</b> A commit writes its blocks with a {@link io.btrdb.storage.SegmentBuilder} and
 * puts the result into a {@link io.btrdb.storage.SegmentStore}, once and as a whole. A block is
 * named by a {@link io.btrdb.storage.BlockAddress} for ever and read back with a {@link
 * io.btrdb.storage.BlockReader}, which returns verified bytes or an exception that names the
 * address: {@link io.btrdb.storage.CorruptBlockException} (damaged, or another block in its place),
 * {@link io.btrdb.storage.MissingBlockException}, {@link io.btrdb.storage.MissingSegmentException}.
 * {@link io.btrdb.storage.SegmentFormat} holds the grammar, {@link
 * io.btrdb.storage.SegmentVerifier} checks whole segments, {@link io.btrdb.storage.SegmentReader}
 * gives footers and blocks in order.
 *
 * <p><b>Objects.</b> What a cluster keeps in a shared pool beside its segments (manifests, pins,
 * archives) are small named objects in an {@link io.btrdb.storage.ObjectPool}.
 *
 * <p><b>State.</b> A replica's ordered keys are a {@link io.btrdb.storage.StateStore}; its {@link
 * io.btrdb.storage.StateVault} makes them durable at one log position at a time. Between
 * checkpoints nothing here is durable: the replicated log is.
 *
 * <p>{@link io.btrdb.storage.faulty} holds stores that fail on purpose. There are no threads, files
 * or clocks in this module.
 */
package io.btrdb.storage;
