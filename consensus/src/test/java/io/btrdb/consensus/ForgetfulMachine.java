package io.btrdb.consensus;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Applies entries by forgetting them. */
final class ForgetfulMachine implements ReplicatedStateMachine {
  private long time;

  @Override
  public Position open() {
    return Position.NONE;
  }

  @Override
  public long logTimeMillis() {
    return time;
  }

  @Override
  public List<Object> apply(LogEntry entry) {
    time = entry.logTimeMillis();
    return Arrays.asList(new Object[entry.commands().size()]);
  }

  @Override
  public Position checkpoint(Position at) {
    return at;
  }

  @Override
  public CompletableFuture<Position> install(Position firstAvailable, PeerId leader) {
    throw new AssertionError("nobody lags here");
  }

  @Override
  public void leadership(Leadership event) {}

  @Override
  public void failed(Throwable why) {
    why.printStackTrace();
  }

  @Override
  public void close() {}
}
