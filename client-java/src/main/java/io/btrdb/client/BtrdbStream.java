package io.btrdb.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One time series. A light handle: make as many as you like.
 *
 * <p><b>Writes</b> are acknowledged when a majority of replicas has them on disk. They are repeated
 * under the same number until their outcome is known or the deadline passes, and the cluster
 * applies each number once; {@link BtrdbException#fate} says what is known when a write fails.
 *
 * <p><b>Metadata</b> (collection, tags, annotations) is fetched once, when it is first asked for,
 * and again by {@link #refresh}.
 */
public final class BtrdbStream {
  /** Points in one request; larger inserts are split. */
  static final int REQUEST_POINTS_MAX = 50_000;

  private final ClientCore core;
  private final UUID uuid;
  private volatile Descriptor descriptor;

  BtrdbStream(ClientCore core, UUID uuid, Descriptor descriptor) {
    this.core = core;
    this.uuid = Objects.requireNonNull(uuid);
    this.descriptor = descriptor;
  }

  public UUID uuid() {
    return uuid;
  }

  /** Inserts points, keeping all of them: {@link MergePolicy#NEVER}. */
  public Version insert(long[] times, double[] values) {
    return insert(times, values, MergePolicy.NEVER);
  }

  /**
   * Inserts points and waits until they are durable.
   *
   * <p>At most 50,000 points go into one request, which is applied as a whole or not at all; more
   * are sent as several requests in order. When one of those fails the call fails, and its fate is
   * UNKNOWN unless none was applied.
   *
   * @param times nanoseconds, in any order, each within {@link TimeBounds}; not changed
   * @param values finite numbers, as many as times; not changed
   * @return a version that holds the points; the current one when there are none
   * @throws IllegalArgumentException when the arrays differ in length
   * @throws BtrdbException 404 for an unknown stream, 413 for a time out of bounds, 425 for a value
   *     that is not finite, 419 when the cluster was not reachable until the deadline
   */
  public Version insert(long[] times, double[] values, MergePolicy policy) {
    return times.length == 0 && values.length == 0
        ? version()
        : core.writes().insert(uuid, times, values, policy);
  }

  /**
   * Inserts points without waiting for the outcome. The arrays can be reused when this returns.
   *
   * <p>Waits, at most until the deadline, while the client has as many bytes or requests under way
   * as its builder allows. The future fails with {@link BtrdbException}; its callbacks run on a
   * thread of the client and must neither block nor wait for other writes. Inserts that overlap in
   * time may be applied in another order than they were made, when one of them is repeated.
   */
  public CompletableFuture<Version> insertAsync(long[] times, double[] values, MergePolicy policy) {
    return times.length == 0 && values.length == 0
        ? CompletableFuture.completedFuture(version())
        : core.writes().insertAsync(uuid, times, values, policy);
  }

  /** As {@link #insertAsync(long[], double[], MergePolicy)}, keeping all points. */
  public CompletableFuture<Version> insertAsync(long[] times, double[] values) {
    return insertAsync(times, values, MergePolicy.NEVER);
  }

  /** Deletes all points in {@code [start, end)}; older versions keep them. */
  public Version delete(long start, long end) {
    return core.writes().delete(uuid, start, end);
  }

  /** Seals the points inserted so far as a version of their own; without any, the current one. */
  public Version flush() {
    return core.writes().flush(uuid);
  }

  /** The latest version. */
  public Version version() {
    return core.metadata().version(uuid);
  }

  /** Which versions can be read, and how finely. */
  public Retention retention() {
    return core.metadata().retention(uuid);
  }

  /**
   * Gives up old versions and the detail of spans of time, for good. The space of versions that
   * were given up is freed in the background.
   *
   * @param oldest the lowest version that can be read from now on, at most the latest; one below
   *     the present such version changes nothing
   * @param reduced further spans, which overlap neither each other nor those there are
   */
  public void retain(long oldest, List<Retention.Span> reduced) {
    core.metadata().retain(uuid, oldest, reduced);
  }

  /** Removes the stream and all its versions for good. Its UUID can never be used again. */
  public void obliterate() {
    core.metadata().obliterate(uuid);
  }

  /** Whether the stream exists. */
  public boolean exists() {
    return core.metadata().exists(uuid);
  }

  /** Reads an explicit version: the same answers for ever. */
  public StreamView at(Version version) {
    return at(version.major());
  }

  /** Reads a sealed version by its major number, from 1. */
  public StreamView at(long major) {
    if (major < 1) {
      throw new IllegalArgumentException("a version is 1 or more, not " + major);
    }
    return new StreamView(core, uuid, ReadAt.version(major));
  }

  /** Reads whatever is newest when a call is made, with everything acknowledged before it. */
  public StreamView latest() {
    return new StreamView(core, uuid, ReadAt.LATEST);
  }

  /** Reads whatever is newest when a call is made, as new as {@code consistency} says. */
  public StreamView at(Consistency consistency) {
    return new StreamView(core, uuid, ReadAt.latest(consistency));
  }

  /** {@link StreamView#values} of the latest version. */
  public PointCursor values(long start, long end) {
    return latest().values(start, end);
  }

  /** {@link StreamView#windows} of the latest version. */
  public WindowCursor windows(long start, long end, long width) {
    return latest().windows(start, end, width);
  }

  /** {@link StreamView#alignedWindows} of the latest version. */
  public WindowCursor alignedWindows(long start, long end, int pointWidth) {
    return latest().alignedWindows(start, end, pointWidth);
  }

  /** {@link StreamView#nearest} in the latest version. */
  public Optional<Point> nearest(long time, Direction direction) {
    return latest().nearest(time, direction);
  }

  /** Number of points in the latest version. */
  public long count() {
    return latest().count();
  }

  /**
   * Time ranges in which something changed in versions (from, to], in order of time. They may be
   * wider than what changed, never narrower.
   *
   * @param from major version, 0 for before the first
   * @param to major version, 0 for the latest with its points that are not sealed
   * @param resolution exponent: ranges need not be finer than 2^resolution ns, 0 to 63
   */
  public ChangeCursor changes(long from, long to, int resolution) {
    return ChangeCursor.open(core, uuid, from, ReadAt.version(to), resolution);
  }

  /** The collection the stream belongs to. */
  public String collection() {
    return descriptor().collection();
  }

  public Map<String, String> tags() {
    return descriptor().tags();
  }

  /** The tag {@code name}, empty when there is none. */
  public String name() {
    return tags().getOrDefault("name", "");
  }

  public Map<String, String> annotations() {
    return descriptor().annotations();
  }

  /** Counts changes of collection, tags and annotations; a new stream has 1. */
  public long propertyVersion() {
    return descriptor().propertyVersion();
  }

  /** Fetches collection, tags and annotations anew. */
  public BtrdbStream refresh() {
    descriptor = core.metadata().describe(uuid);
    return this;
  }

  /**
   * Sets tags, and moves the stream to another collection.
   *
   * @param expectedPropertyVersion of the state this change was made for, 0 for any
   * @param collection the new collection, empty to stay
   * @param changes tags to add or replace
   * @param removals keys of tags to remove
   * @throws BtrdbException 423 when the property version is another one
   */
  public void setTags(
      long expectedPropertyVersion,
      String collection,
      Map<String, String> changes,
      Collection<String> removals) {
    descriptor =
        core.metadata()
            .setTags(uuid, expectedPropertyVersion, collection, changes, List.copyOf(removals));
  }

  /** Adds or replaces tags and keeps the collection. */
  public void setTags(long expectedPropertyVersion, Map<String, String> changes) {
    setTags(expectedPropertyVersion, "", changes, List.of());
  }

  /**
   * Sets annotations.
   *
   * @param expectedPropertyVersion of the state this change was made for, 0 for any
   * @param changes annotations to add or replace
   * @param removals keys of annotations to remove
   * @throws BtrdbException 423 when the property version is another one
   */
  public void setAnnotations(
      long expectedPropertyVersion, Map<String, String> changes, Collection<String> removals) {
    descriptor =
        core.metadata()
            .setAnnotations(uuid, expectedPropertyVersion, changes, List.copyOf(removals));
  }

  /** Adds or replaces annotations. */
  public void setAnnotations(long expectedPropertyVersion, Map<String, String> changes) {
    setAnnotations(expectedPropertyVersion, changes, List.of());
  }

  private Descriptor descriptor() {
    Descriptor known = descriptor;
    if (known == null) {
      known = core.metadata().describe(uuid);
      descriptor = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BtrdbStream that && uuid.equals(that.uuid) && core == that.core;
  }

  @Override
  public int hashCode() {
    return uuid.hashCode();
  }

  @Override
  public String toString() {
    Descriptor known = descriptor;
    return known == null
        ? "stream " + uuid
        : "stream " + uuid + " " + known.collection() + " " + known.tags();
  }

  /** What the catalog holds about a stream. */
  record Descriptor(
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations,
      long propertyVersion) {}
}
