package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A history made by hand: one operation after the other unless times are given. */
final class Script {
  static final UUID STREAM = new UUID(1, 2);
  static final long END = 1_000_000;

  private final List<Op> ops = new ArrayList<>();
  private long clock;

  static StreamVersion v(long major, long minor) {
    return new StreamVersion(major, minor);
  }

  /** Time, value, time, value ... */
  static Columns points(double... pairs) {
    long[] times = new long[pairs.length / 2];
    double[] values = new double[pairs.length / 2];
    for (int i = 0; i < times.length; i++) {
      times[i] = (long) pairs[2 * i];
      values[i] = pairs[2 * i + 1];
    }
    return new Columns(times, values);
  }

  static Call.Insert insert(double... pairs) {
    return new Call.Insert(STREAM, Call.Policy.NEVER, points(pairs));
  }

  static Call.Insert replace(double... pairs) {
    return new Call.Insert(STREAM, Call.Policy.REPLACE, points(pairs));
  }

  static Call.Delete delete(long start, long end) {
    return new Call.Delete(STREAM, start, end);
  }

  static Call.Values latest() {
    return new Call.Values(STREAM, Call.At.LATEST, 0, END);
  }

  static Call.Values pinned(long major) {
    return new Call.Values(STREAM, Call.At.version(major), 0, END);
  }

  static Answer read(double... pairs) {
    return new Answer.Points(points(pairs));
  }

  Script add(int process, Call call, long invoke, long complete, Answer answer, StreamVersion at) {
    ops.add(new Op(ops.size(), process, call, invoke, complete, Op.Type.OK, answer, at));
    clock = Math.max(clock, complete);
    return this;
  }

  Script ok(int process, Call call, Answer answer, StreamVersion version) {
    clock += 10;
    return add(process, call, clock, clock + 5, answer, version);
  }

  Script ok(Call call, Answer answer, StreamVersion version) {
    return ok(1, call, answer, version);
  }

  Script ok(Call.Write call, StreamVersion version) {
    return ok(call, new Answer.Done(), version);
  }

  /** An observation of the cluster. */
  Script ok(Call call, Answer answer) {
    return ok(call, answer, StreamVersion.NONE);
  }

  Script info(Call call) {
    clock += 10;
    return ended(call, Op.NEVER, Op.Type.INFO);
  }

  Script fail(Call call) {
    clock += 10;
    return ended(call, clock + 5, Op.Type.FAIL);
  }

  private Script ended(Call call, long complete, Op.Type type) {
    Answer answer = new Answer.Failure(419, "no quorum");
    ops.add(new Op(ops.size(), 2, call, clock, complete, type, answer, StreamVersion.NONE));
    return this;
  }

  Script enter(Call.Phase phase) {
    return ok(new Call.Enter(phase), new Answer.Done());
  }

  /** Lets time pass. */
  Script pass(long nanos) {
    clock += nanos;
    return this;
  }

  History history() {
    return new History(ops, true);
  }

  Verdict judge(Checker checker) {
    return checker.check(history());
  }

  /** The kinds of what a checker finds, in order. */
  List<Anomaly.Kind> kinds(Checker checker) {
    return judge(checker).first().stream().map(Anomaly::kind).toList();
  }
}
