package io.btrdb.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The rooms and what each may stand on, as their POMs say it. Test scope does not count. */
class ModuleGraphTest {
  private static final Path ROOT = Path.of("..");

  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("fuzzing", Set.of()),
          Map.entry("codec", Set.of()),
          Map.entry("api", Set.of()),
          Map.entry("arrow", Set.of()),
          Map.entry("storage", Set.of()),
          Map.entry("storage-local", Set.of("storage")),
          Map.entry("storage-ceph", Set.of("storage")),
          Map.entry("backup", Set.of("storage")),
          Map.entry("tree", Set.of("codec", "storage")),
          Map.entry("shard", Set.of("codec", "storage", "tree")),
          Map.entry("catalog", Set.of("codec", "storage")),
          Map.entry("consensus", Set.of()),
          Map.entry("placement", Set.of()),
          Map.entry("sql", Set.of()),
          Map.entry("client-java", Set.of("api", "codec")),
          Map.entry(
              "node",
              Set.of(
                  "api",
                  "arrow",
                  "backup",
                  "catalog",
                  "codec",
                  "consensus",
                  "placement",
                  "shard",
                  "sql",
                  "storage",
                  "storage-ceph",
                  "storage-local",
                  "tree")),
          Map.entry("ops/cli", Set.of("api", "backup", "client-java", "codec", "node")),
          Map.entry("ops/checks", Set.of()),
          Map.entry("ops/dist", Set.of("ops/cli")),
          Map.entry("ops/cluster-tests", Set.of("client-java", "ops/dist")),
          Map.entry("interop", Set.of()),
          Map.entry("chaos-tests", Set.of()),
          Map.entry("architecture", Set.of()));

  @Test
  void shouldKnowEveryModule() throws Exception {
    List<String> modules = new ArrayList<>();
    NodeList listed = pom(ROOT).getElementsByTagName("module");
    for (int i = 0; i < listed.getLength(); i++) {
      modules.add(listed.item(i).getTextContent());
    }
    assertEquals(new TreeSet<>(ALLOWED.keySet()), new TreeSet<>(modules));
  }

  @Test
  void shouldDependOnlyOnRoomsBelow() throws Exception {
    Map<String, String> moduleOf = new TreeMap<>();
    for (String module : ALLOWED.keySet()) {
      moduleOf.put(artifact(pom(ROOT.resolve(module)).getDocumentElement()), module);
    }
    List<String> violations = new ArrayList<>();
    for (Map.Entry<String, Set<String>> room : ALLOWED.entrySet()) {
      for (String dependency : dependencies(ROOT.resolve(room.getKey()))) {
        String module = moduleOf.get(dependency);
        if (module != null && !room.getValue().contains(module)) {
          violations.add(room.getKey() + " must not depend on " + module);
        }
      }
    }
    assertEquals(List.of(), violations);
  }

  @Test
  void shouldHaveNoCycleInWhatIsAllowed() {
    for (String module : ALLOWED.keySet()) {
      assertFalse(reaches(module, module), module + " stands on itself");
    }
  }

  private static boolean reaches(String from, String target) {
    return ALLOWED.get(from).stream()
        .anyMatch(next -> next.equals(target) || reaches(next, target));
  }

  private static List<String> dependencies(Path module) throws Exception {
    List<String> found = new ArrayList<>();
    NodeList dependencies = pom(module).getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      NodeList scope = dependency.getElementsByTagName("scope");
      boolean test = scope.getLength() > 0 && scope.item(0).getTextContent().equals("test");
      if (!test) {
        found.add(artifact(dependency));
      }
    }
    return found;
  }

  /** The element's own artifactId, not its parent's. */
  private static String artifact(Element element) {
    NodeList children = element.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i).getNodeName().equals("artifactId")) {
        return children.item(i).getTextContent();
      }
    }
    throw new IllegalStateException("no artifactId in " + element);
  }

  private static Document pom(Path module) throws Exception {
    try (var in = Files.newInputStream(module.resolve("pom.xml"))) {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
    }
  }
}
