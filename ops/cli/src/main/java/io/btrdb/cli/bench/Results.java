package io.btrdb.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * All figures with where and how they were taken, as JSON: an object with {@code time}, {@code
 * machine}, {@code nodes}, {@code settings} and {@code figures}, whose members are named as those
 * of {@link Figure}. What was not measured is null.
 */
record Results(Instant time, Machine machine, int nodes, Settings settings, List<Figure> figures) {

  void write(Path file) throws IOException {
    Files.writeString(file, json() + "\n");
  }

  String json() throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("time", time.toString());
    root.putObject("machine")
        .put("system", machine.system())
        .put("cores", machine.cores())
        .put("memoryBytes", machine.memoryBytes())
        .put("loadBefore", machine.loadBefore())
        .put("java", machine.java())
        .put("build", machine.build());
    root.put("nodes", nodes);
    root.putObject("settings")
        .put("points", settings.points())
        .put("runs", settings.runs())
        .put("writers", settings.writers())
        .put("inFlight", settings.inFlight())
        .put("seconds", settings.seconds())
        .put("queries", settings.queries());
    ArrayNode list = root.putArray("figures");
    figures.forEach(figure -> put(list.addObject(), figure));
    return mapper.writeValueAsString(root);
  }

  private static void put(ObjectNode node, Figure figure) {
    node.put("workload", figure.workload());
    node.put("what", figure.what());
    node.put("unit", figure.unit());
    put(node, "rate", figure.rate());
    ArrayNode rates = node.putArray("rates");
    figure.rates().forEach(rates::add);
    put(node, "p50Millis", figure.p50Millis());
    put(node, "p99Millis", figure.p99Millis());
    put(node, "clientCpuSeconds", figure.clientCpuSeconds());
    put(node, "nodesCpuSeconds", figure.nodesCpuSeconds());
    put(node, "logBytesPerValue", figure.logBytesPerValue());
    put(node, "diskBytesPerValue", figure.diskBytesPerValue());
    ArrayNode goals = node.putArray("goals");
    figure.goals().forEach(goal -> goals.add(goal.toString()));
    if (!figure.goals().isEmpty()) {
      node.put("reached", figure.isReached());
    }
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
