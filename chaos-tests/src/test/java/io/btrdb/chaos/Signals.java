package io.btrdb.chaos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Signals to processes, by their ids. */
final class Signals {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Signals() {}

  /**
   * @param name as STOP
   * @throws IOException when there is no such process
   */
  static void send(String name, long pid) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " " + pid + " ended with " + code);
    }
  }

  /** Sends a signal that ends the process, and waits until it is gone. */
  static void end(String name, long pid) throws IOException, InterruptedException {
    send(name, pid);
    while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
