package io.btrdb.node.security;

import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.Capability;
import io.btrdb.catalog.Grant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Whoever makes a call, and what it may do. Immutable. */
public final class Caller {
  private enum Kind {
    ANYBODY,
    NODE,
    HOLDER
  }

  /** Any caller of a node that asks for no keys: may do everything. */
  public static final Caller ANYBODY = new Caller(Kind.ANYBODY, "anybody", null, key -> true);

  private final Kind kind;
  private final String name;
  private final AccessKey key;
  private final Predicate<AccessKey> stands;

  private Caller(Kind kind, String name, AccessKey key, Predicate<AccessKey> stands) {
    this.kind = kind;
    this.name = name;
    this.key = key;
    this.stands = stands;
  }

  /** One of the cluster's nodes, which has asked {@code behalf} for its rights already. */
  static Caller node(String behalf) {
    return new Caller(Kind.NODE, behalf, null, key -> true);
  }

  /**
   * @param stands whether a key is still as it was when the call came
   */
  static Caller holder(AccessKey key, Predicate<AccessKey> stands) {
    return new Caller(Kind.HOLDER, key.user() + "/" + key.id(), key, stands);
  }

  /** Who it is, without secrets: user and key, for logs and for other nodes. */
  public String name() {
    return name;
  }

  /** The user whose key it is; the name of callers without a key. */
  public String user() {
    return key == null ? name : key.user();
  }

  /** The id of its key, of callers that have one. */
  Optional<String> keyId() {
    return Optional.ofNullable(key).map(AccessKey::id);
  }

  /** Whether it may speak as one of the cluster's nodes. */
  public boolean isNode() {
    return kind != Kind.HOLDER;
  }

  /** Whether its rights are still those it came with; a call that goes on for long asks again. */
  public boolean stands() {
    return kind != Kind.HOLDER || stands.test(key);
  }

  /** Whether it may do something in every collection there is. */
  public boolean mayEverywhere(Capability capability) {
    return may(capability, "");
  }

  public boolean may(Capability capability, String collection) {
    if (kind != Kind.HOLDER) {
      return true;
    }
    for (Grant grant : key.grants()) {
      if (grant.covers(collection) && grant.capabilities().contains(capability)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it may do anything at all there, and so may know that the collection exists. */
  public boolean sees(String collection) {
    return scopes().stream().anyMatch(scope -> new Grant(scope, Set.of()).covers(collection));
  }

  /**
   * The parts of the tree of collections in which it may do anything, none within another, in
   * order. One that is empty stands for all.
   */
  public List<String> scopes() {
    if (kind != Kind.HOLDER) {
      return List.of("");
    }
    TreeSet<String> scopes = new TreeSet<>();
    for (Grant grant : key.grants()) {
      if (inData(grant)) {
        scopes.add(grant.prefix());
      }
    }
    scopes.removeIf(
        scope ->
            scopes.stream()
                .anyMatch(
                    other -> !other.equals(scope) && new Grant(other, Set.of()).covers(scope)));
    return List.copyOf(scopes);
  }

  /** Admin rights alone show no collection. */
  private static boolean inData(Grant grant) {
    return grant.capabilities().stream().anyMatch(c -> c != Capability.ADMIN);
  }

  @Override
  public String toString() {
    return name;
  }
}
