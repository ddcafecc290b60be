package io.btrdb.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The faults that signals, starts and transfers of leadership can do. */
final class Nemeses {
  private Nemeses() {}

  /** Who is hurt. */
  private enum Target {
    LEADER,
    FOLLOWER,
    MAJORITY,
    ALL;

    List<String> choose(Nemesis.Victims victims, Random random) {
      List<String> nodes = new ArrayList<>(victims.nodes());
      Collections.shuffle(nodes, random);
      List<String> leaders = victims.leaders();
      List<String> chosen =
          switch (this) {
            case LEADER -> nodes.stream().filter(leaders::contains).limit(1).toList();
            case FOLLOWER ->
                nodes.stream().filter(node -> !leaders.contains(node)).limit(1).toList();
            case MAJORITY -> nodes.subList(0, nodes.size() / 2 + 1);
            case ALL -> nodes;
          };
      return chosen.stream().filter(victims::isRunning).toList();
    }

    String with(String verb) {
      return verb + " " + name().toLowerCase(Locale.ROOT);
    }
  }

  /** All of them. */
  static List<Nemesis> all() {
    List<Nemesis> all = new ArrayList<>();
    for (Target target : Target.values()) {
      all.add(new End("kill", "KILL", target));
    }
    all.add(new End("stop", "TERM", Target.LEADER));
    for (Target target : List.of(Target.LEADER, Target.FOLLOWER, Target.MAJORITY)) {
      all.add(new Pause(target));
    }
    all.add(new Flap());
    all.add(new Transfers());
    return all;
  }

  /** SIGKILL or SIGTERM; healed by a start. */
  private record End(String verb, String signal, Target target) implements Nemesis {
    @Override
    public String kind() {
      return target.with(verb);
    }

    @Override
    public List<String> choose(Victims victims, Random random) {
      return target.choose(victims, random);
    }

    @Override
    public void invoke(Victims victims, List<String> nodes, Random random)
        throws IOException, InterruptedException {
      for (String node : nodes) {
        Signals.end(signal, victims.pid(node));
      }
    }

    @Override
    public void heal(Victims victims) {
      victims.nodes().stream().filter(node -> !victims.isRunning(node)).forEach(victims::start);
    }
  }

  /** SIGSTOP, as long as the fault lasts. */
  private static final class Pause implements Nemesis {
    private final Target target;
    private final List<Long> stopped = new ArrayList<>();

    Pause(Target target) {
      this.target = target;
    }

    @Override
    public String kind() {
      return target.with("pause");
    }

    @Override
    public List<String> choose(Victims victims, Random random) {
      return target.choose(victims, random);
    }

    @Override
    public void invoke(Victims victims, List<String> nodes, Random random)
        throws IOException, InterruptedException {
      for (String node : nodes) {
        long pid = victims.pid(node);
        Signals.send("STOP", pid);
        stopped.add(pid);
      }
    }

    @Override
    public void heal(Victims victims) throws IOException, InterruptedException {
      for (long pid : stopped) {
        // Another fault may have killed it meanwhile.
        if (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
          Signals.send("CONT", pid);
        }
      }
      stopped.clear();
    }
  }

  /** A leader that hangs again and again for about as long as an election takes. */
  private record Flap() implements Nemesis {
    private static final int TIMES = 6;
    private static final int MILLIS = 400;

    @Override
    public String kind() {
      return "flap leader";
    }

    @Override
    public List<String> choose(Victims victims, Random random) {
      return Target.LEADER.choose(victims, random);
    }

    @Override
    public void invoke(Victims victims, List<String> nodes, Random random)
        throws IOException, InterruptedException {
      for (int i = 0; i < TIMES; i++) {
        for (String node : nodes) {
          long pid = victims.pid(node);
          Signals.send("STOP", pid);
          try {
            Thread.sleep(random.nextInt(MILLIS));
          } finally {
            Signals.send("CONT", pid);
          }
        }
        Thread.sleep(random.nextInt(MILLIS));
      }
    }

    @Override
    public void heal(Victims victims) {}
  }

  /** Leaderships that are handed on, several in a row. */
  private record Transfers() implements Nemesis {
    private static final int TIMES = 4;
    private static final int MILLIS = 500;

    @Override
    public String kind() {
      return "transfers";
    }

    @Override
    public List<String> choose(Victims victims, Random random) {
      return victims.nodes().stream().filter(victims::isRunning).toList();
    }

    @Override
    public void invoke(Victims victims, List<String> nodes, Random random)
        throws InterruptedException {
      for (int i = 0; i < TIMES; i++) {
        Target.LEADER.choose(victims, random).forEach(victims::transferFrom);
        Thread.sleep(random.nextInt(MILLIS));
      }
    }

    @Override
    public void heal(Victims victims) {}
  }
}
