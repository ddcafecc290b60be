package io.btrdb.cli.demo;

import java.time.Duration;

/**
 * How much the demo does.
 *
 * @param historyStep between two points of the year before the dense part
 * @param dense how much of the year's end is measured 120 times a second
 * @param beforeKill how long writers run before the leader is killed
 * @param afterKill how long they run on while it is down
 * @param afterRestart how long they run on when it is back
 */
record DemoScale(
    Duration historyStep,
    Duration dense,
    Duration beforeKill,
    Duration afterKill,
    Duration afterRestart) {
  static final DemoScale FULL =
      new DemoScale(
          Duration.ofMinutes(1),
          Duration.ofHours(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(6),
          Duration.ofSeconds(3));

  static final DemoScale QUICK =
      new DemoScale(
          Duration.ofMinutes(15),
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1));
}
