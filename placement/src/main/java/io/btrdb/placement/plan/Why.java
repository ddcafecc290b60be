package io.btrdb.placement.plan;

/** The reason of a step, in the words an operator reads. */
public enum Why {
  /** The node has been silent for too long, or has been removed. */
  REPLACE("its node is gone"),
  DRAIN("its node is being drained"),
  GROW("the group has too few replicas"),
  SHRINK("the group has too many replicas"),
  /** A listener that no change under way accounts for. */
  LEFT_OVER("left over from a change that was given up"),
  ZONES("two replicas share a zone"),
  BALANCE("the nodes are not even"),
  LOAD("its node carries more than others"),
  REQUESTED("an operator asked for it");

  private final String sentence;

  Why(String sentence) {
    this.sentence = sentence;
  }

  /** A clause without a full stop. */
  public String sentence() {
    return sentence;
  }
}
