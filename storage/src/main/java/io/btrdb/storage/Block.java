package io.btrdb.storage;

/**
 * A verified block.
 *
 * @param kind what the payload is, as given to {@link SegmentBuilder#append}
 * @param bytes an array that holds the payload
 * @param offset where the payload starts in {@code bytes}
 * @param length its length
 */
public record Block(int kind, byte[] bytes, int offset, int length) {}
