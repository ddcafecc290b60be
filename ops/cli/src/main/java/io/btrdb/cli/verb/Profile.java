package io.btrdb.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A section of the file that BTrDB's clients share.
 *
 * <pre>
 * NAME:
 *   btrdb:
 *     endpoints: "host:port"
 *     api_key: "btrdb_..."
 * </pre>
 *
 * @param key empty when there is none
 */
record Profile(String endpoints, String key) {
  static Path defaultFile() {
    return Path.of(System.getProperty("user.home"), ".predictivegrid", "credentials.yaml");
  }

  /** A profile that was asked for must be there. */
  static Profile read(Path file, String name) {
    JsonNode section;
    try {
      section = new YAMLMapper().readTree(Files.readString(file)).path(name).path("btrdb");
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.USAGE, "cannot read the profiles in " + file + ": " + e.getMessage(), e);
    }
    String endpoints = section.path("endpoints").asText("");
    if (endpoints.isEmpty()) {
      throw new CommandFailed(
          ExitCode.USAGE, file + " has no " + name + ".btrdb.endpoints: \"host:port\"");
    }
    return new Profile(endpoints, section.path("api_key").asText(""));
  }

  @Override
  public String toString() {
    return endpoints;
  }
}
