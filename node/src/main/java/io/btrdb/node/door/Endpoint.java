package io.btrdb.node.door;

/**
 * Answers the calls of one method. Runs on a network thread: what takes long, or waits, it hands
 * on. Every call must end, by {@link Exchange#finish}, {@link Exchange#refuse} or an exception.
 */
interface Endpoint<T> {
  void serve(T request, Exchange exchange);
}
