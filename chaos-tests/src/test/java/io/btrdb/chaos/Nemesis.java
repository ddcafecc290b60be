package io.btrdb.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * A fault that can be done to a cluster and undone. Knows nodes by their process ids only, so that
 * it works wherever they run. Used by one thread.
 */
interface Nemesis {
  /** The fault, in a word or two. */
  String kind();

  /** Whom to hurt: nodes that run; nobody when there is nobody to hurt. */
  List<String> choose(Victims victims, Random random);

  /** Hurts these nodes. */
  void invoke(Victims victims, List<String> nodes, Random random)
      throws IOException, InterruptedException;

  /** Ends the fault: all nodes run, though they need not have caught up. */
  void heal(Victims victims) throws IOException, InterruptedException;

  /** The nodes of a cluster, as a nemesis sees them. */
  interface Victims {
    /** Ids of all nodes. */
    List<String> nodes();

    /** Those that lead something, as far as anybody knows. */
    List<String> leaders();

    boolean isRunning(String node);

    /**
     * @throws java.util.NoSuchElementException when it does not run
     */
    long pid(String node);

    /** Starts a node that is down; does not wait for it. */
    void start(String node);

    /** Asks a node to hand over whatever it leads; it may not succeed. */
    void transferFrom(String node);
  }
}
