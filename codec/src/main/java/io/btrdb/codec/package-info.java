/**
 * Compressed columns: the bytes that points travel and rest in, and the primitives every other
 * format is written with. This room knows nothing of trees, shards or the network.
 *
 * <p>The tour, from the front door inwards:
 *
 * <ol>
 *   <li>{@link io.btrdb.codec.PointsCodec} lays a column of times and a column of values side by
 *       side: insert payloads, leaves, chunks of raw values.
 *   <li>{@link io.btrdb.codec.LongColumn} and {@link io.btrdb.codec.DoubleColumn} cut a column into
 *       chunks of 1,024 and give each the encoding that makes it smallest. They are public because
 *       the tree stores the statistics of its nodes in them too. The grammars, and the tag of every
 *       encoding, stand there; a tag they do not know is refused as one of a newer release.
 *   <li>{@code LongChunkEncoder} and {@code DoubleChunkEncoder} choose. Models are few: a constant,
 *       a {@code DigitalLine} (a clock of rational period, met without any residual), differences,
 *       and differences of differences for longs; {@code Decimals}, ordered bits, {@code
 *       SignExponents} and runs for doubles, which all end as longs.
 *   <li>{@code Residuals} packs what a model leaves over, block by block, at the width of the bulk,
 *       with patches for what sticks out; {@code BitPacking} moves the bits.
 *   <li>{@link io.btrdb.codec.ByteWriter} and {@link io.btrdb.codec.ByteReader} carry it all;
 *       {@link io.btrdb.codec.MalformedBytesException} is the one way in which bytes fail.
 * </ol>
 *
 * Three laws hold throughout. Every bit comes back. The bytes depend on the numbers alone, never on
 * the machine or on what was encoded before, so replicas may compare them. And any byte string
 * either decodes or is refused, in time and memory proportional to what the caller made room for.
 */
package io.btrdb.codec;
