package io.btrdb.placement.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way to a server that can stall: connections stay open, new ones are taken, and nothing gets
 * through until it is released.
 */
public final class StallingProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private boolean stalled;

  private StallingProxy(ServerSocket door, int target) {
    this.door = door;
    this.target = target;
  }

  /** Begins to pass on what comes to a port of its own to another one. */
  public static StallingProxy to(int target) {
    try {
      StallingProxy proxy =
          new StallingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String address() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  public void stall() {
    set(true);
  }

  public void release() {
    set(false);
  }

  private void set(boolean to) {
    lock.lock();
    try {
      stalled = to;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRelease() {
    lock.lock();
    try {
      while (stalled) {
        released.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = door.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(near, far));
        Thread.ofVirtual().start(() -> pass(near, far));
        Thread.ofVirtual().start(() -> pass(far, near));
      }
    } catch (IOException e) {
      close(); // the door has been closed, or there is no server behind it
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[8_192];
    try (from;
        to) {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        awaitRelease();
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // one side has gone, and the other goes with it
    }
  }

  @Override
  public void close() {
    release();
    try {
      door.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
