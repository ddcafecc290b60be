package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands that runbooks and guides tell to run: the verbs and options are there. */
@Timeout(300)
class CommandsTest {
  /** In code, {@code btrdb verb ...} up to the end of the line or of the code. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:`|^ +|^|-- |run --rm |\\| )btrdb ((?:[a-z][a-z-]*)(?: [^`\n#|;]*)?)");

  /** A verb, with the verb below it if it has any, and all options it is shown with. */
  private final Map<String, Set<String>> options = new TreeMap<>();

  @Test
  void shouldTellToRunOnlyWhatThereIs() throws Exception {
    for (String folder :
        List.of("ops/runbooks", "ops/kubernetes", "ops/ansible", "ops/compose", "ops/docker")) {
      for (Path page : Repository.files(folder, ".md")) {
        for (String code : code(page)) {
          COMMAND.matcher(code).results().forEach(this::note);
        }
      }
    }
    assertTrue(options.containsKey("cluster status"), options.toString());
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Set<String>> command : options.entrySet()) {
      String help = help(command.getKey());
      if (!help.contains("Usage: btrdb " + command.getKey())) {
        wrong.add("btrdb " + command.getKey());
      }
      for (String option : command.getValue()) {
        if (!help.contains(option)) {
          wrong.add("btrdb " + command.getKey() + " " + option);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** What stands between backquotes, in the text and in blocks of its own. */
  private static List<String> code(Path page) throws IOException {
    return Pattern.compile("(?s)```\\w*\n(.*?)```|(`[^`]+`)")
        .matcher(Files.readString(page))
        .results()
        .map(match -> match.group(1) == null ? match.group(2).replace('\n', ' ') : match.group(1))
        .toList();
  }

  private void note(MatchResult match) {
    String[] words = match.group(1).strip().split("\\s+");
    boolean nested = Set.of("cluster", "config").contains(words[0]) && words.length > 1;
    String verb = nested ? words[0] + " " + words[1] : words[0];
    Set<String> seen = options.computeIfAbsent(verb, v -> new TreeSet<>());
    for (String word : words) {
      if (word.startsWith("--")) {
        seen.add(word.replaceAll("=.*", ""));
      }
    }
  }

  private static String help(String verb) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    arguments.add("io.btrdb.cli.Main");
    arguments.addAll(List.of(verb.split(" ")));
    arguments.add("--help");
    Tool java = Tool.at(Path.of(System.getProperty("java.home"), "bin", "java"));
    return java.run(Duration.ofSeconds(60), arguments.toArray());
  }
}
