package io.btrdb.shard;

import io.btrdb.shard.Outcome.Applied;
import io.btrdb.shard.Outcome.Refused;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Exactly-once: who may write, and what became of the requests not acknowledged yet. Sessions stand
 * in the order of their last use, so that expiry looks at the oldest only. Apply thread only,
 * except {@link #open()}.
 */
final class Sessions {
  private final int sessionsMax;
  private final Counts counts;
  private final Map<UUID, Session> byId = new HashMap<>();
  private final Tally open = new Tally();
  private final List<Session> dirty = new ArrayList<>();
  private final Set<UUID> removed = new HashSet<>();
  private Session oldest;
  private Session newest;
  private long uses;

  Sessions(int sessionsMax, Counts counts) {
    this.sessionsMax = sessionsMax;
    this.counts = counts;
  }

  long open() {
    return open.get();
  }

  Outcome open(UUID id, long logTimeMillis) {
    if (id.equals(Shard.NO_SESSION)) {
      return Refusals.unknownSession(id);
    }
    if (use(id, logTimeMillis) != null) {
      return new Outcome.Done(1);
    }
    if (byId.size() >= sessionsMax) {
      return Refusals.tooManySessions(sessionsMax);
    }
    Session session = new Session(id);
    add(session);
    touch(session, logTimeMillis);
    return new Outcome.Done(1);
  }

  /** The session, renewed; null when it is unknown or its time is over. */
  Session use(UUID id, long logTimeMillis) {
    Session session = byId.get(id);
    if (session == null) {
      return null;
    }
    if (isExpired(session, logTimeMillis)) {
      remove(session);
      return null;
    }
    if (session != newest) {
      unlink(session);
      linkNewest(session);
    }
    touch(session, logTimeMillis);
    return session;
  }

  /** What the request came to before; null when it is new. */
  static Outcome recall(Session session, long sequence, Operation operation) {
    byte kind = session.kind(sequence);
    if (kind == Session.NONE) {
      return null;
    }
    return kind == Session.APPLIED
        ? new Applied(session.major(sequence), session.minor(sequence))
        : Refusals.of(Refusals.reason(kind - Session.REFUSED), operation);
  }

  static void remember(Session session, long sequence, Outcome outcome) {
    switch (outcome) {
      case Applied applied ->
          session.remember(
              sequence, Session.APPLIED, applied.major(), Math.toIntExact(applied.minor()));
      case Refused refused ->
          session.remember(
              sequence, (byte) (Session.REFUSED + Refusals.code(refused.reason())), 0, 0);
      case Outcome.Done done -> throw new IllegalStateException("a client's operation was " + done);
      case Outcome.Ignored ignored ->
          throw new IllegalStateException("a client's operation was " + ignored);
    }
  }

  /** Forgets a few of those whose time is over. */
  void expire(long logTimeMillis) {
    for (int i = 0; i < ShardLimits.SESSIONS_EXPIRED_PER_COMMAND; i++) {
      if (oldest == null || !isExpired(oldest, logTimeMillis)) {
        return;
      }
      remove(oldest);
    }
  }

  void write(StateBatch batch) {
    for (UUID id : removed) {
      batch.delete(StateKeys.session(id));
    }
    removed.clear();
    for (Session session : dirty) {
      session.dirty = false;
      if (byId.get(session.id) == session) {
        batch.put(StateKeys.session(session.id), SessionRecord.encode(session));
      }
    }
    dirty.clear();
  }

  /** Uses of sessions so far: the clock of their order. */
  long uses() {
    return uses;
  }

  void load(StateStore state, long usesSoFar) {
    uses = usesSoFar;
    List<Session> loaded = new ArrayList<>();
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.SESSION), StateKeys.family(StateKeys.SESSION + 1))) {
      while (cursor.next()) {
        loaded.add(SessionRecord.decode(StateKeys.uuid(cursor.key()), cursor.value()));
      }
    }
    loaded.sort(Comparator.comparingLong(session -> session.lastUse));
    for (Session session : loaded) {
      add(session);
    }
  }

  private static boolean isExpired(Session session, long logTimeMillis) {
    return logTimeMillis - session.lastUsedMillis >= ShardLimits.SESSION_EXPIRY_MILLIS;
  }

  private void touch(Session session, long logTimeMillis) {
    session.lastUsedMillis = logTimeMillis;
    session.lastUse = ++uses;
    if (!session.dirty) {
      session.dirty = true;
      dirty.add(session);
    }
  }

  private void add(Session session) {
    byId.put(session.id, session);
    linkNewest(session);
    open.add(1);
  }

  private void remove(Session session) {
    byId.remove(session.id);
    unlink(session);
    removed.add(session.id);
    open.add(-1);
    counts.sessionsExpired.add(1);
  }

  private void linkNewest(Session session) {
    session.older = newest;
    session.newer = null;
    if (newest == null) {
      oldest = session;
    } else {
      newest.newer = session;
    }
    newest = session;
  }

  private void unlink(Session session) {
    if (session.older == null) {
      oldest = session.newer;
    } else {
      session.older.newer = session.newer;
    }
    if (session.newer == null) {
      newest = session.older;
    } else {
      session.newer.older = session.older;
    }
  }
}
