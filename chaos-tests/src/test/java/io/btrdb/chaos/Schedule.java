package io.btrdb.chaos;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Which fault comes when, from a seed: every period draws one nemesis, now and then two, or, in a
 * quarter of all periods, none; holds it for a while; and heals. Ends healed.
 */
final class Schedule {
  private final List<Nemesis> nemeses;
  private final Random random;
  private final long periodMillis;

  /**
   * @param periodMillis from one draw to the next; faults are held for up to half of it
   */
  Schedule(List<Nemesis> nemeses, long seed, long periodMillis) {
    this.nemeses = nemeses;
    this.random = new Random(seed);
    this.periodMillis = periodMillis;
  }

  /** Injects faults for a time, at least one, and records them. */
  void run(ClusterVictims victims, HistoryWriter history, long seconds)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    boolean injected = false;
    while (System.nanoTime() - end < 0) {
      long period = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(periodMillis);
      if (random.nextInt(4) > 0 || !injected) {
        inject(draw(), victims, history);
        injected = true;
      }
      TimeUnit.NANOSECONDS.sleep(Math.max(0, period - System.nanoTime()));
    }
  }

  private List<Nemesis> draw() {
    List<Nemesis> drawn = new ArrayList<>();
    drawn.add(nemeses.get(random.nextInt(nemeses.size())));
    Nemesis other = nemeses.get(random.nextInt(nemeses.size()));
    if (random.nextInt(4) == 0 && !drawn.contains(other)) {
      drawn.add(other);
    }
    return drawn;
  }

  private void inject(List<Nemesis> drawn, ClusterVictims victims, HistoryWriter history)
      throws IOException, InterruptedException {
    long hold = periodMillis / 8 + (long) (random.nextDouble() * periodMillis * 3 / 8);
    List<Long> open = new ArrayList<>();
    try {
      for (Nemesis nemesis : drawn) {
        List<String> nodes = nemesis.choose(victims, random);
        if (!nodes.isEmpty()) {
          System.out.printf("  %s: %s%n", nemesis.kind(), nodes);
          open.add(history.invoke(Scenario.NEMESIS, new Call.Fault(nemesis.kind(), nodes)));
          nemesis.invoke(victims, nodes, random);
        }
      }
      Thread.sleep(hold);
    } finally {
      for (Nemesis nemesis : drawn) {
        nemesis.heal(victims);
      }
    }
    victims.awaitAllReady();
    for (long id : open) {
      history.complete(id, Op.Type.OK, new Answer.Done(), StreamVersion.NONE);
    }
  }
}
