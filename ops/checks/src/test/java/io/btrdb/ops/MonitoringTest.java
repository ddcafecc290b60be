package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules and the dashboard: they name what there is, and do what they say. */
@Timeout(120)
class MonitoringTest {
  private static final Path MONITORING = Repository.ROOT.resolve("ops/monitoring");
  private static final Path RULES = MONITORING.resolve("prometheus/btrdb-rules.yaml");
  private static final Path RULE_TESTS = MONITORING.resolve("prometheus/btrdb-rules-test.yaml");
  private static final Path DASHBOARD = MONITORING.resolve("grafana/btrdb.json");

  /** A name that is a node's or, with colons, a recording rule's. */
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:])((?:\\w+:)?btrdb_\\w+(?::\\w+)?)");

  private record Rule(String name, String expression, JsonNode all) {
    boolean alerts() {
      return all.has("alert");
    }
  }

  private static List<Rule> rules() throws IOException {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode group : Repository.yaml(RULES).get(0).path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String name = rule.path("alert").asText(rule.path("record").asText());
        rules.add(new Rule(name, rule.path("expr").asText(), rule));
      }
    }
    return rules;
  }

  private static List<String> dashboardExpressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    JsonNode dashboard = Repository.json(DASHBOARD);
    dashboard.findValuesAsText("expr", expressions);
    dashboard.findValuesAsText("definition", expressions);
    return expressions;
  }

  private static Set<String> names(Stream<String> expressions) {
    return expressions
        .flatMap(expression -> NAME.matcher(expression).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void shouldNameOnlyMetricsThatANodeShows(@TempDir Path folder) throws Exception {
    Set<String> shown = new TreeSet<>();
    try (RunningNode node = RunningNode.start(folder)) {
      node.use();
      shown.addAll(node.metrics());
    }
    rules().stream().filter(rule -> !rule.alerts()).forEach(rule -> shown.add(rule.name()));
    Set<String> named =
        names(
            Stream.concat(rules().stream().map(Rule::expression), dashboardExpressions().stream()));
    assertTrue(named.size() > 40, named.toString());
    named.removeAll(shown);
    assertEquals(Set.of(), named, "named in rules or dashboard, and not there");
  }

  @Test
  void shouldPassTheUnitTestsOfTheRules() throws Exception {
    Tool promtool = Tool.require("promtool");
    promtool.run(Duration.ofSeconds(30), "check", "rules", RULES);
    promtool.run(
        Duration.ofSeconds(30),
        "check",
        "config",
        MONITORING.resolve("prometheus/prometheus.yaml"));
    promtool.run(Duration.ofSeconds(60), "test", "rules", RULE_TESTS);
  }

  @Test
  void shouldTestEachAlert() throws IOException {
    String tests = Files.readString(RULE_TESTS);
    for (Rule rule : rules()) {
      assertTrue(!rule.alerts() || tests.contains(rule.name()), rule.name() + " has no test");
    }
  }

  @Test
  void shouldLinkEachAlertToAHeadingOfARunbookThatNamesIt() throws IOException {
    for (Rule rule : rules()) {
      if (rule.alerts()) {
        JsonNode notes = rule.all().path("annotations");
        assertFalse(notes.path("summary").asText().isBlank(), rule.name());
        assertFalse(notes.path("description").asText().isBlank(), rule.name());
        assertTrue(
            Set.of("critical", "warning")
                .contains(rule.all().path("labels").path("severity").asText()),
            rule.name());
        String[] link = notes.path("runbook_url").asText().split("#");
        Path page = Repository.ROOT.resolve(link[0]);
        assertTrue(Files.exists(page), rule.name() + " links to " + link[0]);
        assertTrue(Repository.anchors(page).contains(link[1]), rule.name() + ": #" + link[1]);
        assertTrue(
            Files.readString(page).contains("`" + rule.name() + "`"),
            page + " does not say " + rule.name());
      }
    }
  }

  @Test
  void shouldDrawWithTheDataSourceOfTheReader() throws IOException {
    JsonNode dashboard = Repository.json(DASHBOARD);
    Set<Integer> ids = new TreeSet<>();
    List<String> rows = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      assertTrue(ids.add(panel.path("id").asInt()), "id twice: " + panel.path("title"));
      if (panel.path("type").asText().equals("row")) {
        rows.add(panel.path("title").asText());
      } else {
        assertEquals("${datasource}", panel.path("datasource").path("uid").asText());
        assertFalse(panel.path("targets").isEmpty(), panel.path("title").asText());
      }
    }
    assertEquals(
        List.of(
            "Overview",
            "Writes",
            "Reads and requests",
            "Raft",
            "Storage",
            "Placement",
            "JVM and process"),
        rows);
  }
}
