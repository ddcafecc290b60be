package io.btrdb.node;

import io.btrdb.node.door.FaultInjection;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Faults of the real kind: the whole process ends without a word to anybody. */
record InjectedFaults(ScheduledExecutorService timer, Runnable forget) implements FaultInjection {
  private static final Logger LOG = LoggerFactory.getLogger(InjectedFaults.class);
  private static final long SOON_SECONDS = 4;
  private static final int KILLED = 137;

  @Override
  public void die() {
    LOG.warn("this node was told to die by FaultInject");
    Runtime.getRuntime().halt(KILLED);
  }

  @Override
  public void dieSoon() {
    LOG.warn("this node was told by FaultInject to die in {} s", SOON_SECONDS);
    var unused = timer.schedule(this::die, SOON_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void dropCaches() {
    LOG.warn("this node was told by FaultInject to drop its caches");
    forget.run();
  }
}
