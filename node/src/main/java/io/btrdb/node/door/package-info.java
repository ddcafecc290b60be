/**
 * The gRPC door: everything that reaches a node from outside comes in here, is checked in full, and
 * goes on to the {@link io.btrdb.node.plane}.
 *
 * <p>Reading order. {@link io.btrdb.node.door.GrpcDoor} listens and serves three services. {@code
 * BtrdbService} is the v5 contract: one table from method to endpoint ({@code InfoEndpoint}, {@code
 * CatalogEndpoints}, {@code WriteEndpoints}, {@code ReadEndpoints}; {@code JoinedEndpoints} and
 * {@code CsvEndpoint} for several streams, over {@code Joins}; {@code SqlEndpoint} for questions
 * about who the streams are). {@code SubscribeCall} is the one call that does not end by itself.
 * {@code DataService} is the cluster's own fast path, whose writes are handled by {@code
 * SubmitCall}. A call is an {@code Exchange}: it answers once, knows its deadline, and waits for
 * its receiver. {@code Ranges}, {@code Names} and {@code WriteChecks} say what is allowed, {@code
 * Limits} how much. {@code DoorSessions} gives v5 writes the ids that make them exactly-once inside
 * the cluster; {@code Forwarder} passes a read on to the node that can answer it.
 *
 * <p>Threads: network threads parse requests and handle small writes; queries and larger writes run
 * on virtual threads, as many as {@code Limits} allows. Nothing here waits on a network thread.
 */
package io.btrdb.node.door;
