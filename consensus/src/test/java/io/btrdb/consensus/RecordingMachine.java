package io.btrdb.consensus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * Remembers every command, one line each, and checkpoints to a file. Commands beginning with {@code
 * poison} make apply throw.
 */
final class RecordingMachine implements ReplicatedStateMachine {
  private final Path checkpoint;
  private final Function<PeerId, RecordingMachine> peers;

  /** Guarded by itself: {@code index:command}. */
  private final List<String> lines = new ArrayList<>();

  final List<Leadership> events = new CopyOnWriteArrayList<>();
  final List<Position> installs = new CopyOnWriteArrayList<>();
  final List<Position> opened = new CopyOnWriteArrayList<>();
  final List<Position> checkpoints = new CopyOnWriteArrayList<>();
  volatile Throwable failure;
  volatile int entries;
  volatile int applied;
  volatile boolean closed;

  /** Nothing is applied before it is open. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  private long lastIndex = -1;
  private long logTime;

  RecordingMachine(Path folder, Function<PeerId, RecordingMachine> peers) {
    this.checkpoint = folder.resolve("checkpoint");
    this.peers = peers;
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** The commands without their indices. */
  List<String> commands() {
    return lines().stream().map(line -> line.substring(line.indexOf(':') + 1)).toList();
  }

  @Override
  public Position open() {
    synchronized (lines) {
      lines.clear();
      Position at = Position.NONE;
      logTime = 0;
      if (Files.exists(checkpoint)) {
        try (BufferedReader in = Files.newBufferedReader(checkpoint)) {
          String[] header = in.readLine().split(" ");
          at = new Position(Long.parseLong(header[0]), Long.parseLong(header[1]));
          logTime = Long.parseLong(header[2]);
          in.lines().forEach(lines::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      lastIndex = at.index();
      opened.add(at);
      return at;
    }
  }

  @Override
  public long logTimeMillis() {
    return logTime;
  }

  @Override
  public List<Object> apply(LogEntry entry) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("stopped while it waited", e);
    }
    if (entry.index() <= lastIndex) {
      throw new IllegalStateException(entry.index() + " after " + lastIndex);
    }
    if (entry.logTimeMillis() < logTime) {
      throw new IllegalStateException("log time went back");
    }
    lastIndex = entry.index();
    logTime = entry.logTimeMillis();
    List<Object> outcomes = new ArrayList<>();
    synchronized (lines) {
      for (ByteSlice command : entry.commands()) {
        String text =
            new String(command.array(), command.offset(), command.length(), StandardCharsets.UTF_8);
        if (text.startsWith("poison")) {
          throw new IllegalStateException("poisoned at " + entry.index());
        }
        String kept = text.length() > 100 ? text.substring(0, 100) : text;
        lines.add(entry.index() + ":" + kept);
        outcomes.add("done " + kept);
      }
    }
    applied += entry.commands().size();
    entries++;
    return outcomes;
  }

  @Override
  public Position checkpoint(Position at) {
    synchronized (lines) {
      List<String> text = new ArrayList<>();
      text.add(at.term() + " " + at.index() + " " + logTime);
      text.addAll(lines);
      try {
        Path draft = checkpoint.resolveSibling("checkpoint.tmp");
        Files.write(draft, text);
        Files.move(draft, checkpoint, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    checkpoints.add(at);
    return at;
  }

  @Override
  public CompletableFuture<Position> install(Position firstAvailable, PeerId leader) {
    installs.add(firstAvailable);
    return CompletableFuture.supplyAsync(
        () -> {
          RecordingMachine source = peers.apply(leader);
          if (source == null || !Files.exists(source.checkpoint)) {
            return Position.NONE;
          }
          try {
            Files.copy(source.checkpoint, checkpoint, StandardCopyOption.REPLACE_EXISTING);
            String[] header = Files.readAllLines(checkpoint).get(0).split(" ");
            return new Position(Long.parseLong(header[0]), Long.parseLong(header[1]));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public void leadership(Leadership event) {
    events.add(event);
  }

  @Override
  public void failed(Throwable why) {
    failure = why;
  }

  @Override
  public void close() {
    closed = true;
  }
}
