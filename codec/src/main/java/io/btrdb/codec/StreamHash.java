package io.btrdb.codec;

import java.util.UUID;

/**
 * The hash that places a stream: MurmurHash3_x86_32 (Austin Appleby, public domain) over the UUID's
 * 16 bytes in network order with seed 1, as BTrDB's clients compute it.
 */
public final class StreamHash {
  /** Hash slots in the whole space; a slot is the top 12 bits of the hash. */
  public static final int SLOTS = 4096;

  private static final int SEED = 1;

  private StreamHash() {}

  /** The hash as an unsigned 32-bit number in a long, [0, 2^32). */
  public static long hash(UUID uuid) {
    int h = SEED;
    h = mix(h, Integer.reverseBytes((int) (uuid.getMostSignificantBits() >>> 32)));
    h = mix(h, Integer.reverseBytes((int) uuid.getMostSignificantBits()));
    h = mix(h, Integer.reverseBytes((int) (uuid.getLeastSignificantBits() >>> 32)));
    h = mix(h, Integer.reverseBytes((int) uuid.getLeastSignificantBits()));
    h ^= 16;
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    h ^= h >>> 16;
    return h & 0xFFFF_FFFFL;
  }

  /** The slot of a stream, 0 to {@link #SLOTS} - 1. */
  public static int slot(UUID uuid) {
    return (int) (hash(uuid) >>> 20);
  }

  private static int mix(int h, int word) {
    int k = word * 0xcc9e2d51;
    k = Integer.rotateLeft(k, 15) * 0x1b873593;
    return Integer.rotateLeft(h ^ k, 13) * 5 + 0xe6546b64;
  }
}
