package io.btrdb.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** This repository's files. */
final class Repository {
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private Repository() {}

  /** All documents of a YAML file, aliases resolved. */
  static List<JsonNode> yaml(Path file) throws IOException {
    // Jackson's own reader takes an alias for a text.
    Yaml reader = new Yaml(new SafeConstructor(new LoaderOptions()));
    ObjectMapper trees = new ObjectMapper();
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : reader.loadAll(Files.readString(file))) {
      documents.add(trees.valueToTree(document));
    }
    return documents;
  }

  static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /** All files below a folder whose name ends so, build output apart. */
  static List<Path> files(String folder, String suffix) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(suffix))
          .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
          .sorted()
          .toList();
    }
  }

  /** Names by which the headings of a Markdown page are linked to. */
  static Set<String> anchors(Path page) throws IOException {
    return Pattern.compile("(?m)^#+ +(.+)$")
        .matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""))
        .results()
        .map(match -> match.group(1).strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
