package io.btrdb.node.pool;

import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The one object that has all pins of a cluster, so that to look at them costs one read. Each
 * change is made over the version that was read. Any thread and any process may use it.
 */
final class PinBoard {
  private static final int TRIES = 50;

  private final ObjectPool objects;

  PinBoard(ObjectPool objects) {
    this.objects = objects;
  }

  /**
   * @throws StorageException when the pool fails
   */
  List<Pin> pins() {
    return pins(objects.read(PoolNames.PINS));
  }

  private static List<Pin> pins(Optional<ObjectPool.Stored> stored) {
    return stored.map(board -> Pin.decode(board.content())).orElse(List.of());
  }

  /**
   * Changes the board.
   *
   * @param change what becomes of the pins; may be asked again, when others were faster
   * @return the pins as they are then
   * @throws StorageException when the pool fails: it may have been changed
   */
  List<Pin> change(UnaryOperator<List<Pin>> change) {
    for (int i = 0; i < TRIES; i++) {
      Optional<ObjectPool.Stored> stored = objects.read(PoolNames.PINS);
      List<Pin> before = pins(stored);
      List<Pin> after = change.apply(before);
      if (after.equals(before)) {
        return after;
      }
      boolean changed =
          stored.isPresent()
              ? objects.replace(PoolNames.PINS, stored.get().version(), Pin.encode(after))
              : objects.create(PoolNames.PINS, Pin.encode(after));
      if (changed) {
        return after;
      }
    }
    throw new StorageException("object " + PoolNames.PINS + " is changed all the time by others");
  }
}
