package io.btrdb.shard;

import io.btrdb.codec.StreamHash;
import io.btrdb.shard.Outcome.Applied;
import io.btrdb.shard.Outcome.Reason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What every command of a log should come to, worked out in the plainest way. */
final class PlainShard {
  private static final long DAY = 24L * 3600 * 1000;

  private static final class PlainSession {
    long lastUsed;
    long acknowledged;
    final Map<Long, Outcome> outcomes = new HashMap<>();
  }

  private record Request(UUID session, long sequence) {}

  private final int sessionsMax;
  private final int slots;
  final Map<UUID, PlainStream> streams = new HashMap<>();
  final Set<UUID> tombstones = new HashSet<>();
  private final LinkedHashMap<UUID, PlainSession> sessions = new LinkedHashMap<>();
  private final Set<Request> performed = new HashSet<>();

  PlainShard(int sessionsMax, int slots) {
    this.sessionsMax = sessionsMax;
    this.slots = slots;
  }

  int sessions() {
    return sessions.size();
  }

  /** The outcome; null when the plain shard has no opinion, on parts and commits. */
  Outcome apply(long logTime, Command command) {
    Iterator<PlainSession> oldest = sessions.values().iterator();
    for (int i = 0; i < 4 && oldest.hasNext(); i++) {
      if (logTime - oldest.next().lastUsed < DAY) {
        break;
      }
      oldest.remove();
    }
    return switch (command) {
      case Command.OpenSession open -> open(logTime, open.session());
      case Command.Write write -> write(logTime, write);
      case Command.Seal seal -> seal(seal);
      case Command.Retire retire -> retire(retire);
      default -> null;
    };
  }

  private Outcome seal(Command.Seal seal) {
    int sealed = 0;
    for (UUID uuid : seal.streams()) {
      PlainStream stream = streams.get(uuid);
      if (stream != null && stream.somethingPending) {
        stream.flush();
        sealed++;
      }
    }
    return new Outcome.Done(sealed);
  }

  private Outcome retire(Command.Retire retire) {
    int retired = 0;
    for (Command.Retirement each : retire.streams()) {
      PlainStream stream = streams.get(each.stream());
      if (stream != null && Math.min(each.oldest(), stream.major) > stream.oldest) {
        stream.oldest = Math.min(each.oldest(), stream.major);
        retired++;
      }
    }
    return new Outcome.Done(retired);
  }

  private Outcome open(long logTime, UUID id) {
    if (use(logTime, id) == null) {
      if (sessions.size() >= sessionsMax) {
        return refused(Reason.TOO_MANY_SESSIONS);
      }
      PlainSession session = new PlainSession();
      session.lastUsed = logTime;
      sessions.put(id, session);
    }
    return new Outcome.Done(1);
  }

  private PlainSession use(long logTime, UUID id) {
    PlainSession session = sessions.remove(id);
    if (session == null || logTime - session.lastUsed >= DAY) {
      return null;
    }
    session.lastUsed = logTime;
    sessions.put(id, session);
    return session;
  }

  private Outcome write(long logTime, Command.Write write) {
    if (write.session().equals(Shard.NO_SESSION)) {
      return perform(write.operation());
    }
    PlainSession session = use(logTime, write.session());
    if (session == null) {
      return refused(Reason.UNKNOWN_SESSION);
    }
    session.acknowledged = Math.max(session.acknowledged, write.acknowledgedThrough());
    session.outcomes.keySet().removeIf(sequence -> sequence <= session.acknowledged);
    long ahead = write.sequence() - session.acknowledged;
    if (ahead < 1 || ahead > 4096) {
      return refused(Reason.SEQUENCE_OUT_OF_WINDOW);
    }
    Outcome known = session.outcomes.get(write.sequence());
    if (known != null) {
      return known;
    }
    if (!performed.add(new Request(write.session(), write.sequence()))) {
      throw new AssertionError("performed twice: " + write);
    }
    Outcome outcome = perform(write.operation());
    session.outcomes.put(write.sequence(), outcome);
    return outcome;
  }

  private Outcome perform(Operation operation) {
    UUID uuid = operation.stream();
    if (StreamHash.slot(uuid) >= slots) {
      return refused(Reason.WRONG_SHARD);
    }
    if (operation instanceof Operation.Open) {
      if (tombstones.contains(uuid)) {
        return refused(Reason.REUSED_UUID);
      }
      streams.computeIfAbsent(uuid, u -> new PlainStream());
    } else if (operation instanceof Operation.Drop) {
      streams.remove(uuid);
      tombstones.add(uuid);
      return new Applied(0, 0);
    }
    PlainStream stream = streams.get(uuid);
    if (stream == null) {
      return refused(Reason.NO_SUCH_STREAM);
    }
    if (operation instanceof Operation.Insert insert) {
      stream.insert(insert);
    } else if (operation instanceof Operation.Delete delete) {
      stream.delete(delete.start(), delete.end());
    } else if (operation instanceof Operation.Flush) {
      stream.flush();
    } else if (operation instanceof Operation.Configure configure) {
      Reason reason = stream.configure(configure);
      if (reason != null) {
        return refused(reason);
      }
    }
    return new Applied(stream.major, stream.minor);
  }

  /** Whether the outcome is the expected one; the wording of a refusal is not predicted. */
  static boolean agrees(Outcome expected, Outcome actual) {
    return expected instanceof Outcome.Refused e && actual instanceof Outcome.Refused a
        ? e.reason() == a.reason()
        : expected.equals(actual);
  }

  private static Outcome refused(Reason reason) {
    return new Outcome.Refused(reason, "");
  }
}
