package io.btrdb.catalog;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a key may be good for. The numbers are bits in stored keys: they are never reused. */
public enum Capability {
  /** Points, windows, changes and versions. */
  READ(0),
  /** Points, new streams, tags and annotations. */
  INSERT(1),
  /** Ranges of points. */
  DELETE(2),
  /** Streams as a whole, for good. */
  OBLITERATE(3),
  /** Nodes, replicas, backups and keys; of the whole cluster, never of a collection. */
  ADMIN(4);

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /** As people write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The capability of a name, in whatever case. */
  public static Optional<Capability> named(String name) {
    for (Capability capability : values()) {
      if (capability.name().equalsIgnoreCase(name)) {
        return Optional.of(capability);
      }
    }
    return Optional.empty();
  }

  static int bits(Set<Capability> capabilities) {
    int bits = 0;
    for (Capability capability : capabilities) {
      bits |= 1 << capability.bit;
    }
    return bits;
  }

  /** Bits that only a newer release knows are left out: what it does not know it does not allow. */
  static Set<Capability> ofBits(int bits) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (Capability capability : values()) {
      if ((bits & 1 << capability.bit) != 0) {
        capabilities.add(capability);
      }
    }
    return capabilities;
  }
}
