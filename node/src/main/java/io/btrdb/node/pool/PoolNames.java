package io.btrdb.node.pool;

import java.util.Locale;

/**
 * What a cluster calls its objects in a pool, in which all names begin with the cluster's own.
 *
 * <pre>
 * incarnation := incarnation/ NUMBER                       {@link Incarnation}
 * segments    := NUMBER                                    prefix of a segment store
 * manifest    := NUMBER /manifest/ GROUP                   {@link ArchivedState}
 * state       := NUMBER /state/ GROUP / TERM - INDEX / FILE - PIECE
 * journal     := NUMBER /journal/ TERM - INDEX             {@link JournalPage}
 * pins        := pins                                      {@link Pin}
 * NUMBER      := of the incarnation, 6 digits
 * GROUP       := shard- and 4 digits | catalog
 * </pre>
 *
 * TERM has 10 digits and INDEX 19, so that the order of names is theirs.
 */
final class PoolNames {
  static final String CATALOG = "catalog";
  static final String PINS = "pins";

  private PoolNames() {}

  static String incarnations() {
    return "incarnation/";
  }

  static String incarnation(int number) {
    return incarnations() + digits(number);
  }

  static String segments(int incarnation) {
    return digits(incarnation);
  }

  static String manifest(int incarnation, String group) {
    return segments(incarnation) + "/manifest/" + group;
  }

  /** Prefix of all that was ever archived of a group's state. */
  static String states(int incarnation, String group) {
    return segments(incarnation) + "/state/" + group + "/";
  }

  static String state(int incarnation, String group, long term, long index) {
    return states(incarnation, group) + position(term, index) + "/";
  }

  /** Prefix of all pages. */
  static String journal(int incarnation) {
    return segments(incarnation) + "/journal/";
  }

  static String journal(int incarnation, long term, long index) {
    return journal(incarnation) + position(term, index);
  }

  static String shard(int number) {
    return String.format(Locale.ROOT, "shard-%04d", number);
  }

  /** The term in a name of a state or a page, after its prefix. */
  static long term(String name, String prefix) {
    return Long.parseLong(name.substring(prefix.length(), prefix.length() + 10));
  }

  private static String position(long term, long index) {
    return String.format(Locale.ROOT, "%010d-%019d", term, index);
  }

  private static String digits(int incarnation) {
    return String.format(Locale.ROOT, "%06d", incarnation);
  }
}
