package io.btrdb.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * What a decoder owes, whatever bytes it is given: a value, or its documented refusal and nothing
 * else; and memory in proportion to the bytes that are there, not to a length that they claim.
 *
 * @param refusal what it throws for bytes that it does not take
 * @param fixedBytes it may allocate for any input
 * @param bytesPerByte it may allocate beyond that for each byte of input
 */
public record DecoderLaw(Class<? extends Exception> refusal, long fixedBytes, long bytesPerByte) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A message of an exception, its stack, tables and buffers. */
  private static final long USUAL_FIXED_BYTES = 1L << 20;

  /** Objects with headers and references for fields of a byte or two. */
  private static final long USUAL_BYTES_PER_BYTE = 256;

  /** The usual bounds. */
  public static DecoderLaw refusing(Class<? extends Exception> refusal) {
    return new DecoderLaw(refusal, USUAL_FIXED_BYTES, USUAL_BYTES_PER_BYTE);
  }

  /** Decodes. */
  public interface Decoding<T> {
    T decode(byte[] bytes) throws Exception;
  }

  /**
   * The value that the bytes are decoded to, or nothing when they were refused.
   *
   * @throws AssertionError when the decoder breaks the law
   */
  public <T> Optional<T> decode(byte[] bytes, Decoding<T> decoding) {
    long allowed = fixedBytes + bytesPerByte * bytes.length;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Optional<T> value = valueOf(bytes, decoding);
    if (allocatedSince(before) > allowed) {
      // The first time may have loaded classes.
      before = THREADS.getCurrentThreadAllocatedBytes();
      valueOf(bytes, decoding);
      long allocated = allocatedSince(before);
      if (allocated > allowed) {
        throw new AssertionError(
            "%,d bytes of input made the decoder allocate %,d bytes, more than %,d"
                .formatted(bytes.length, allocated, allowed));
      }
    }
    return value;
  }

  private static long allocatedSince(long before) {
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private <T> Optional<T> valueOf(byte[] bytes, Decoding<T> decoding) {
    try {
      return Optional.of(decoding.decode(bytes));
    } catch (Exception | StackOverflowError e) {
      if (refusal.isInstance(e)) {
        return Optional.empty();
      }
      throw new AssertionError("not a refusal, which is a " + refusal.getSimpleName(), e);
    }
  }
}
