package io.btrdb.shard;

import java.util.Arrays;

/**
 * The operations of one stream that no root contains: first those of sealed versions, then the
 * pending ones. Immutable, and cheap to grow: a longer one shares the array of the one it grew
 * from, which never looks past its own {@link #size}.
 *
 * <p>Growing is for the apply thread, and only from the newest one of a stream.
 */
final class Backlog {
  static final Backlog EMPTY = new Backlog(new LoggedOperation[0], 0, 0, 0, 0, 0, 0, 0);
  private static final int FIRST_CAPACITY = 2;

  private final LoggedOperation[] operations;
  private final int size;

  /** Operations [0, sealed) are of sealed versions. */
  private final int sealed;

  private final int pendingPoints;
  private final long pendingSinceMillis;
  private final long sealedBytes;
  private final long pendingBytes;

  /** Bytes of bodies that are on the heap. */
  private final long heapBytes;

  private Backlog(
      LoggedOperation[] operations,
      int size,
      int sealed,
      int pendingPoints,
      long pendingSinceMillis,
      long sealedBytes,
      long pendingBytes,
      long heapBytes) {
    this.operations = operations;
    this.size = size;
    this.sealed = sealed;
    this.pendingPoints = pendingPoints;
    this.pendingSinceMillis = pendingSinceMillis;
    this.sealedBytes = sealedBytes;
    this.pendingBytes = pendingBytes;
    this.heapBytes = heapBytes;
  }

  int size() {
    return size;
  }

  int sealed() {
    return sealed;
  }

  int pendingPoints() {
    return pendingPoints;
  }

  long pendingSinceMillis() {
    return pendingSinceMillis;
  }

  long sealedBytes() {
    return sealedBytes;
  }

  long pendingBytes() {
    return pendingBytes;
  }

  long heapBytes() {
    return heapBytes;
  }

  LoggedOperation get(int i) {
    if (i >= size) {
      throw new IndexOutOfBoundsException("operation " + i + " of " + size);
    }
    return operations[i];
  }

  Backlog append(LoggedOperation operation, long logTimeMillis) {
    LoggedOperation[] target = operations;
    if (size == target.length) {
      target = Arrays.copyOf(target, Math.max(FIRST_CAPACITY, size + (size >> 1) + 1));
    } else if (target[size] != null) {
      throw new IllegalStateException("only the newest backlog of a stream can grow");
    }
    target[size] = operation;
    boolean first = size == sealed;
    return new Backlog(
        target,
        size + 1,
        sealed,
        pendingPoints + operation.points,
        first ? logTimeMillis : pendingSinceMillis,
        sealedBytes,
        pendingBytes + operation.backlogBytes(),
        heapBytes + heapBytes(operation));
  }

  /** All that is pending belongs to a sealed version now. */
  Backlog seal() {
    return new Backlog(operations, size, size, 0, 0, sealedBytes + pendingBytes, 0, heapBytes);
  }

  /** Without the first {@code count} operations, all of them sealed. */
  Backlog dropFirst(int count) {
    if (count > sealed) {
      throw new IllegalArgumentException("only " + sealed + " operations are sealed, not " + count);
    }
    if (count == size) {
      return EMPTY;
    }
    long droppedBytes = 0;
    long droppedHeapBytes = 0;
    for (int i = 0; i < count; i++) {
      droppedBytes += operations[i].backlogBytes();
      droppedHeapBytes += heapBytes(operations[i]);
    }
    // A copy, so that the dropped bodies are not kept alive by the shared array.
    return new Backlog(
        Arrays.copyOfRange(operations, count, size),
        size - count,
        sealed - count,
        pendingPoints,
        pendingSinceMillis,
        sealedBytes - droppedBytes,
        pendingBytes,
        heapBytes - droppedHeapBytes);
  }

  private static long heapBytes(LoggedOperation operation) {
    return operation.body == null ? 0 : operation.length;
  }
}
