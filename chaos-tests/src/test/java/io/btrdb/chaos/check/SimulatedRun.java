package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Call.At;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Processes that work on a {@link PlainStore} at the same time, in simulated time: each operation
 * takes effect somewhere between its invocation and its completion; some are of unknown fate and
 * take effect at any time later, or never; some are refused.
 */
final class SimulatedRun {
  /** What is done to the stream. */
  enum Load {
    KEEPS_ALL,
    DELETES,
    REGISTERS,
    ALL_POLICIES
  }

  private static final int PROCESSES = 4;
  private static final long TIMES = 400;
  private static final int REGISTERS = 8;
  private static final int UNKNOWN_MAX = 5;

  private final SplittableRandom random;
  private final Load load;
  private final PlainStore store;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at));
  private final List<Op> ops = new ArrayList<>();
  private long now;
  private long ids;
  private int processes = PROCESSES;
  private double values;
  private int unknown;
  private StreamVersion told = StreamVersion.NONE;

  private record Event(long at, Runnable what) {}

  SimulatedRun(long seed, Load load, PlainStore.Bug bug) {
    this.random = new SplittableRandom(seed);
    this.load = load;
    this.store = new PlainStore(bug);
  }

  boolean bugHasStruck() {
    return store.hasStruck();
  }

  History run(int operations) {
    enter(Call.Phase.CALM);
    for (int process = 0; process < PROCESSES; process++) {
      begin(process, operations);
    }
    while (!events.isEmpty()) {
      Event next = events.poll();
      now = Math.max(now + 1, next.at());
      next.what().run();
    }
    enter(Call.Phase.FINAL);
    finalReads();
    return new History(ops, true);
  }

  private void later(long nanos, Runnable what) {
    events.add(new Event(now + nanos, what));
  }

  private long span() {
    return random.nextLong(1, 100);
  }

  private void enter(Call.Phase phase) {
    at(-1, new Call.Enter(phase), new PlainStore.Reply(new Answer.Done(), StreamVersion.NONE));
  }

  /** An operation that is alone. */
  private void at(int process, Call call, PlainStore.Reply reply) {
    now += 2;
    ops.add(
        new Op(ids++, process, call, now, now + 1, Op.Type.OK, reply.answer(), reply.version()));
    now += 2;
  }

  private void begin(int process, int operations) {
    later(span(), () -> invoke(process, operations));
  }

  private void invoke(int process, int operations) {
    if (ids >= operations) {
      return;
    }
    Call call = call();
    long id = ids++;
    long invoked = now;
    int dice = random.nextInt(20);
    if (call instanceof Call.Write write && dice == 0 && unknown < UNKNOWN_MAX) {
      unknown++;
      ended(id, process, call, invoked, Op.Type.INFO);
      if (random.nextInt(3) > 0) {
        later(span() * random.nextInt(1, 20), () -> store.apply(write, false));
      }
      begin(processes++, operations);
    } else if (dice == 1) {
      later(
          span(),
          () -> {
            ended(id, process, call, invoked, Op.Type.FAIL);
            begin(process, operations);
          });
    } else {
      StreamVersion known = told;
      later(span(), () -> effect(id, process, call, invoked, known, operations));
    }
  }

  private void ended(long id, int process, Call call, long invoked, Op.Type type) {
    ops.add(
        new Op(
            id,
            process,
            call,
            invoked,
            type == Op.Type.INFO ? Op.NEVER : now,
            type,
            new Answer.Failure(419, ""),
            StreamVersion.NONE));
  }

  private void effect(
      long id, int process, Call call, long invoked, StreamVersion known, int operations) {
    PlainStore.Reply reply =
        call instanceof Call.Write write
            ? store.apply(write, true)
            : store.read((Call.Read) call, known);
    later(
        span(),
        () -> {
          told = told.max(reply.version());
          ops.add(
              new Op(id, process, call, invoked, now, Op.Type.OK, reply.answer(), reply.version()));
          begin(process, operations);
        });
  }

  private Call call() {
    long start = random.nextLong(TIMES);
    long end = random.nextLong(start + 1, TIMES + 1);
    At pinned = At.version(random.nextLong(10, store.newestSealed() + 1));
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> insert();
      case 4 ->
          load == Load.DELETES || load == Load.ALL_POLICIES
              ? new Call.Delete(Script.STREAM, start, Math.min(end, start + 40))
              : insert();
      case 5 -> new Call.Flush(Script.STREAM);
      case 6 -> new Call.Values(Script.STREAM, pinned, start, end);
      case 7 -> new Call.Nearest(Script.STREAM, pinned, start, random.nextBoolean());
      case 8 -> new Call.Values(Script.STREAM, At.bounded(1), start, end);
      default -> new Call.Values(Script.STREAM, At.LATEST, start, end);
    };
  }

  private Call insert() {
    int size = random.nextInt(1, 5);
    long[] times = new long[size];
    double[] column = new double[size];
    for (int i = 0; i < size; i++) {
      boolean anywhere = load == Load.KEEPS_ALL || load == Load.DELETES;
      times[i] =
          anywhere ? random.nextLong(TIMES) : random.nextLong(REGISTERS) * (TIMES / REGISTERS);
      column[i] = ++values;
    }
    Call.Policy policy =
        switch (load) {
          case KEEPS_ALL, DELETES -> Call.Policy.NEVER;
          case REGISTERS -> Call.Policy.REPLACE;
          case ALL_POLICIES -> Call.Policy.values()[random.nextInt(4)];
        };
    return new Call.Insert(Script.STREAM, policy, new Columns(times, column));
  }

  /** The latest, then every version in full, with windows, changes and neighbours. */
  private void finalReads() {
    read(new Call.Values(Script.STREAM, At.LATEST, 0, TIMES));
    for (long major = 10; major <= store.newestSealed(); major++) {
      At at = At.version(major);
      read(new Call.Values(Script.STREAM, at, 0, TIMES));
      read(new Call.Values(Script.STREAM, at, 0, TIMES));
      read(new Call.Windows(Script.STREAM, at, 0, TIMES, 37));
      read(new Call.Aligned(Script.STREAM, at, 0, TIMES, 5));
      read(new Call.Nearest(Script.STREAM, at, TIMES / 2, major % 2 == 0));
      if (major > 10) {
        read(new Call.Changes(Script.STREAM, random.nextLong(10, major), at, 0));
      }
    }
  }

  private void read(Call.Read read) {
    at(0, read, store.read(read, told));
  }
}
