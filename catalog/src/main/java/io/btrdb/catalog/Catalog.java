package io.btrdb.catalog;

import io.btrdb.catalog.CatalogOutcome.Noted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One replica of the catalog's state machine.
 *
 * <p>{@link #apply}, {@link #writeState} and {@link #digest} belong to the apply thread. Queries
 * may be called from any thread; each sees every command that was applied before it began. They are
 * linearizable only if the caller has waited for the log first.
 *
 * <p>Every command goes to the state store as one batch when it is applied; {@link #writeState}
 * adds how far the log has been applied. What survives a crash is the store's last checkpoint.
 */
public final class Catalog {
  /** Highest format level of entries that this release applies. */
  public static final int LEVEL = 2;

  /** From this level on there are keys, and moves of streams are noted. */
  public static final int KEYS_LEVEL = 2;

  private final CatalogOptions options;
  private final StateStore state;
  private final CatalogQueries queries;

  /** Written by the apply thread. */
  private volatile CatalogInfo info;

  private Catalog(CatalogOptions options, StateStore state, CatalogInfo info) {
    this.options = options;
    this.state = state;
    this.queries = new CatalogQueries(state);
    this.info = info;
  }

  /** Continues from the state as the last {@link #writeState} left it, or from nothing. */
  public static Catalog open(CatalogOptions options, StateStore state) {
    byte[] stored = state.get(StateKeys.INFO);
    CatalogInfo info = stored == null ? CatalogInfo.EMPTY : RowCodec.info(StateKeys.INFO, stored);
    checkLevel(info.level());
    return new Catalog(options, state, info);
  }

  /**
   * Applies one command; an entry of the log may hold several, all with its index.
   *
   * @throws CorruptCatalogException if the bytes are no command, or the state is damaged
   */
  public CatalogOutcome apply(
      long index, long logTimeMillis, byte[] array, int offset, int length) {
    CatalogInfo before = info;
    if (index < before.appliedIndex() || logTimeMillis < before.logTimeMillis()) {
      throw new IllegalStateException(
          "entry "
              + index
              + " of log time "
              + logTimeMillis
              + " comes after entry "
              + before.appliedIndex()
              + " of log time "
              + before.logTimeMillis());
    }
    CatalogCommand command = decode(index, array, offset, length);
    CatalogInfo now = before.at(index, logTimeMillis);
    StateEdit edit = new StateEdit(state);
    StreamRows rows = new StreamRows(edit);
    CatalogOutcome outcome =
        switch (command) {
          case CatalogCommand.Init init -> initialise(init);
          case CatalogCommand.Activate activate -> {
            checkLevel(activate.level());
            now = now.withLevel(Math.max(now.level(), activate.level()));
            yield new Noted();
          }
          case CatalogCommand.OfStream ofStream ->
              now.clusterId().isPresent() ? execute(ofStream, rows) : notInitialised();
          case CatalogCommand.OfKey ofKey -> execute(ofKey, now, edit);
        };
    if (now.level() >= KEYS_LEVEL && moves(command, outcome)) {
      edit.put(StateKeys.STREAM_MOVED, RowCodec.encode(index));
    }
    edit.commit();
    if (command instanceof CatalogCommand.Init init && outcome instanceof Noted) {
      now = now.withClusterId(init.clusterId());
    }
    info = now.plus(rows.streamsDelta(), rows.unfinishedDelta());
    return outcome;
  }

  private static CatalogCommand decode(long index, byte[] array, int offset, int length) {
    try {
      return CatalogCommandCodec.decode(array, offset, length);
    } catch (MalformedBytesException e) {
      throw new CorruptCatalogException("catalog log entry " + index + " is malformed", e);
    }
  }

  private CatalogOutcome initialise(CatalogCommand.Init init) {
    Optional<String> mine = info.clusterId();
    if (mine.isEmpty() || mine.get().equals(init.clusterId())) {
      return new Noted();
    }
    return new Refused(
        Reason.OTHER_CLUSTER,
        "this catalog belongs to cluster " + mine.get() + ", not " + init.clusterId());
  }

  private static CatalogOutcome notInitialised() {
    return new Refused(Reason.NOT_INITIALISED, "the catalog has not been initialised");
  }

  private static CatalogOutcome execute(CatalogCommand.OfStream command, StreamRows rows) {
    StreamLife life = new StreamLife(rows);
    return switch (command) {
      case CatalogCommand.Reserve reserve -> life.reserve(reserve);
      case CatalogCommand.Confirm confirm -> life.confirm(confirm.request(), confirm.uuid());
      case CatalogCommand.Release release -> life.release(release.request(), release.uuid());
      case CatalogCommand.SetTags set -> new DescriptorChange(rows).setTags(set);
      case CatalogCommand.SetAnnotations set -> new DescriptorChange(rows).setAnnotations(set);
      case CatalogCommand.Hide hide -> life.hide(hide.request(), hide.uuid());
      case CatalogCommand.Bury bury -> life.bury(bury.uuid());
    };
  }

  private static CatalogOutcome execute(
      CatalogCommand.OfKey command, CatalogInfo now, StateEdit edit) {
    if (now.clusterId().isEmpty()) {
      return notInitialised();
    }
    if (now.level() < KEYS_LEVEL) {
      return new Refused(Reason.LEVEL_TOO_LOW, "the catalog does not keep keys yet");
    }
    return switch (command) {
      case CatalogCommand.GrantKey grant -> AccessKeys.grant(edit, now.appliedIndex(), grant.key());
      case CatalogCommand.RevokeKey revoke ->
          AccessKeys.revoke(edit, now.appliedIndex(), revoke.id());
    };
  }

  /** Whether a stream may be in another collection than before; to say so too often is harmless. */
  private static boolean moves(CatalogCommand command, CatalogOutcome outcome) {
    return command instanceof CatalogCommand.SetTags set
        && !set.collection().isEmpty()
        && outcome instanceof CatalogOutcome.Accepted;
  }

  private static void checkLevel(int level) {
    if (level > LEVEL) {
      throw new IllegalStateException(
          "the catalog's log uses format level " + level + ", this release knows " + LEVEL);
    }
  }

  /**
   * Makes the store's state complete, so that a checkpoint of it can be taken at the last entry.
   */
  public void writeState() {
    state.write(new StateBatch().put(StateKeys.INFO, RowCodec.encode(info)));
  }

  /** The catalog as a whole. Any thread. */
  public CatalogInfo info() {
    return info;
  }

  /** An active stream. Any thread. */
  public Optional<StreamDescriptor> describe(UUID uuid) {
    return queries.describe(uuid);
  }

  /** One page of the active streams that match, complete and in order. Any thread. */
  public LookupPage lookup(LookupQuery query) {
    return new Lookup(state, options, query).page();
  }

  /**
   * Collections that start with the prefix and hold an active stream, in order of their bytes. Any
   * thread.
   *
   * @param after last name of the page before, empty for the first page
   */
  public List<String> collections(String prefix, String after, int limit) {
    return queries.collections(prefix, after, limit);
  }

  /**
   * How many active streams in collections that start with the prefix carry each key. Name, unit
   * and ingress are always listed. Any thread.
   */
  public MetadataUsage usage(String prefix) {
    return queries.usage(prefix);
  }

  /** As {@link #usage}, of one collection. Any thread. */
  public MetadataUsage usageOf(String collection) {
    return queries.usageOf(collection);
  }

  /** All keys. Any thread. */
  public AccessState access() {
    return AccessKeys.read(state);
  }

  /** Index of the entry that last changed a key, 0 before the first. Any thread. */
  public long accessRevision() {
    return AccessKeys.count(state, StateKeys.ACCESS_REVISION);
  }

  /** Index of the entry that last moved a stream, 0 before the first. Any thread. */
  public long lastMove() {
    return AccessKeys.count(state, StateKeys.STREAM_MOVED);
  }

  /** Creates and obliterates that have begun and not ended, in order of UUIDs. Any thread. */
  public List<UnfinishedStream> unfinished(Optional<UUID> after, int limit) {
    return queries.unfinished(after, limit);
  }

  /**
   * SHA-256 over the whole state: equal on all replicas at one index. Reads everything; nothing may
   * be applied meanwhile.
   */
  public byte[] digest() {
    MessageDigest digest = sha256();
    add(digest, RowCodec.encode(info));
    try (StateCursor rows = state.scan(StateKeys.next(StateKeys.INFO), null)) {
      while (rows.next()) {
        add(digest, rows.key());
        add(digest, rows.value());
      }
    }
    return digest.digest();
  }

  private static void add(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
