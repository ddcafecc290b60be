package io.btrdb.chaos;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Call.At;
import io.btrdb.chaos.history.Call.Policy;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.StreamVersion;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is done to one stream: which calls, with what chance. All processes share it.
 *
 * <p>Points go to times in [{@link #START}, {@link #END}); values are the whole numbers from 1,
 * each once.
 */
final class StreamPlan {
  static final long START = WriteLoad.START;
  static final long END = WriteLoad.END;

  /** Between two appended points. */
  private static final long STEP = 8_333_333;

  /** About so many: threads may add a few more. */
  private static final int PINS_MAX = 40;

  private static final int REGISTERS = 24;
  private static final int BATCH_MAX = 60;
  private static final int[] STALENESS_MILLIS = {200, 1_000};

  /** What a stream is for. */
  enum Kind {
    /** Appended to, with points that come late; keeps all. */
    LOG,
    /** The same, and ranges are deleted. */
    SHRINKING,
    /** A few times that are replaced again and again. */
    REGISTERS,
    /** A few times, all policies, deletes. */
    MIXED
  }

  private final UUID uuid;
  private final Kind kind;
  private final AtomicLong values = new AtomicLong();
  private final AtomicLong appended = new AtomicLong();

  /** The newest sealed version that anybody was told of. */
  private final AtomicLong sealed = new AtomicLong(10);

  private final Queue<Call.Read> pins = new ConcurrentLinkedQueue<>();

  StreamPlan(UUID uuid, Kind kind) {
    this.uuid = uuid;
    this.kind = kind;
  }

  UUID uuid() {
    return uuid;
  }

  Kind kind() {
    return kind;
  }

  /** Takes note of an answer. */
  void told(Call.OfStream call, StreamVersion version) {
    sealed.accumulateAndGet(version.major(), Math::max);
    if (call instanceof Call.Read read && read.at().isPinned() && pins.size() < PINS_MAX) {
      pins.add(read);
    }
  }

  /** Questions about versions that were answered once, to be asked again. */
  List<Call.Read> pins() {
    return List.copyOf(pins);
  }

  long newestSealed() {
    return sealed.get();
  }

  Call.OfStream next(Random random) {
    int dice = random.nextInt(100);
    if (dice < 52) {
      return insert(random);
    }
    if (dice < 55 && (kind == Kind.SHRINKING || kind == Kind.MIXED)) {
      return delete(random);
    }
    if (dice < 57) {
      return new Call.Flush(uuid);
    }
    return read(random, dice);
  }

  private Call.Insert insert(Random random) {
    boolean series = kind == Kind.LOG || kind == Kind.SHRINKING;
    int size = 1 + (int) Math.pow(series ? BATCH_MAX : 4, random.nextDouble());
    long[] times = series ? series(random, size) : registers(random, size);
    double[] column = new double[times.length];
    long first = values.getAndAdd(column.length) + 1;
    for (int i = 0; i < column.length; i++) {
      column[i] = first + i;
    }
    Policy policy =
        switch (kind) {
          case LOG, SHRINKING -> Policy.NEVER;
          case REGISTERS -> Policy.REPLACE;
          case MIXED -> Policy.values()[random.nextInt(4)];
        };
    return new Call.Insert(uuid, policy, new Columns(times, column));
  }

  /** Mostly the next times; now and then times that have gone by. */
  private long[] series(Random random, int size) {
    boolean late = random.nextInt(5) == 0;
    long first = late ? 0 : appended.getAndAdd(size);
    long[] times = new long[size];
    for (int i = 0; i < size; i++) {
      times[i] = late ? recent(random) + random.nextInt(1_000) : START + (first + i) * STEP;
    }
    return times;
  }

  private long[] registers(Random random, int size) {
    long[] times = new long[size];
    int first = random.nextInt(REGISTERS);
    for (int i = 0; i < size; i++) {
      times[i] = START + (first + i) % REGISTERS * STEP;
    }
    return times;
  }

  /** A time that has been appended, mostly not long ago. */
  private long recent(Random random) {
    if (kind == Kind.REGISTERS || kind == Kind.MIXED) {
      return START + random.nextInt(REGISTERS) * STEP;
    }
    long count = appended.get();
    long back = (long) (Math.pow(random.nextDouble(), 3) * count);
    return START + Math.max(0, count - back) * STEP;
  }

  private Call.Delete delete(Random random) {
    long start = recent(random);
    long wide = kind == Kind.MIXED ? 1 + random.nextInt(4) : 1 + random.nextInt(200);
    return new Call.Delete(uuid, start, start + wide * STEP);
  }

  private Call.Read read(Random random, int dice) {
    long start = recent(random) - random.nextInt(30) * STEP;
    long end = start + (1 + random.nextInt(60)) * STEP;
    long behind = (long) (Math.pow(random.nextDouble(), 2) * (sealed.get() - 10));
    At pinned = At.version(sealed.get() - behind);
    if (dice < 80) {
      return new Call.Values(uuid, At.LATEST, start, end);
    }
    return switch (dice % 5) {
      case 0 -> new Call.Values(uuid, At.bounded(STALENESS_MILLIS[random.nextInt(2)]), start, end);
      case 1, 2 -> new Call.Values(uuid, pinned, start, end);
      case 3 -> new Call.Nearest(uuid, pinned, start, random.nextBoolean());
      default -> new Call.Aligned(uuid, pinned, start, end, 24 + random.nextInt(4));
    };
  }
}
