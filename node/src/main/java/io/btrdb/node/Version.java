package io.btrdb.node;

/** This release. */
public final class Version {
  /** As Info and {@code --version} show it. */
  public static final String TEXT = text();

  private Version() {}

  /** From the jar's manifest; a build from class folders has none. */
  private static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }
}
