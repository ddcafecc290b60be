/**
 * The Java client of BTrDB.
 *
 * <p>{@link io.btrdb.client.Btrdb} is the front door: connect to any nodes of a cluster, and the
 * client finds the leader of each stream's shard, follows it when it moves, and repeats what a lost
 * connection left open without ever applying a write twice.
 *
 * <pre>{@code
 * try (Btrdb db = Btrdb.connect("127.0.0.1:4410", "127.0.0.1:4420")) {
 *   BtrdbStream stream =
 *       db.create(UUID.randomUUID(), "plant/feeder1", Map.of("name", "L1MAG"), Map.of());
 *   stream.insert(times, values);
 *   try (PointCursor points = stream.values(start, end)) {
 *     while (points.next()) {
 *       for (int i = 0; i < points.size(); i++) {
 *         use(points.time(i), points.value(i));
 *       }
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Times are nanoseconds since the Unix epoch, ranges are half open: {@code [start, end)}. The
 * times a stream can hold are {@link io.btrdb.client.TimeBounds}.
 */
package io.btrdb.client;
