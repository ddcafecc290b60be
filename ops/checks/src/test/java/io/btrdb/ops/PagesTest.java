package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages that operators read: what they link to is there. */
class PagesTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void shouldLinkToWhatIsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (String folder : List.of("ops", "docs")) {
      for (Path page : Repository.files(folder, ".md")) {
        broken.addAll(broken(page));
      }
    }
    broken.addAll(broken(Repository.ROOT.resolve("README.md")));
    assertEquals(List.of(), broken);
  }

  private static List<String> broken(Path page) throws IOException {
    List<String> broken = new ArrayList<>();
    for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
      String[] target = link.group(1).split("#", 2);
      if (!target[0].contains("://")) {
        Path file = target[0].isEmpty() ? page : page.resolveSibling(target[0]).normalize();
        boolean there = Files.exists(file);
        if (there && target.length > 1 && file.toString().endsWith(".md")) {
          there = Repository.anchors(file).contains(target[1]);
        }
        if (!there) {
          broken.add(Repository.ROOT.relativize(page) + ": " + link.group(1));
        }
      }
    }
    return broken;
  }
}
