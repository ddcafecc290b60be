package io.btrdb.cli;

import picocli.CommandLine.IVersionProvider;

/** Which build this is, as its jar says, and the Java that runs it. */
public final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return new String[] {
      "btrdb " + (version == null ? "(not from a jar)" : version) + ", Java " + Runtime.version()
    };
  }
}
