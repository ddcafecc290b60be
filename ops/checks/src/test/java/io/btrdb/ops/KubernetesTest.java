package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The manifests: right by the schemas of Kubernetes, and what they render is read by a node. */
@Timeout(120)
class KubernetesTest {
  private static final Path BASE = Repository.ROOT.resolve("ops/kubernetes/base");

  private static List<Path> manifests() throws IOException {
    return Repository.files("ops/kubernetes", ".yaml").stream()
        .filter(file -> !file.endsWith("kustomization.yaml"))
        .toList();
  }

  @Test
  void shouldPassTheSchemasOfKubernetes() throws Exception {
    Tool validate = Tool.require("kubernetes-validate");
    for (String version : List.of("1.28", "1.31", "1.35")) {
      for (Path manifest : manifests()) {
        validate.run(Duration.ofSeconds(60), "--strict", "--quiet", "-k", version, manifest);
      }
    }
  }

  @Test
  void shouldApplyEachManifest() throws IOException {
    List<Path> listed = new ArrayList<>();
    for (Path file : Repository.files("ops/kubernetes", "kustomization.yaml")) {
      for (JsonNode resource : Repository.yaml(file).get(0).path("resources")) {
        Path target = file.resolveSibling(resource.asText()).normalize();
        assertTrue(Files.exists(target), file + " lists " + resource);
        listed.add(target);
      }
    }
    for (Path manifest : manifests()) {
      assertTrue(listed.contains(manifest), manifest + " is in no kustomization");
    }
  }

  @Test
  void shouldRenderAConfigurationForEachPod(@TempDir Path folder) throws Exception {
    NodeConfig first = render(folder, "btrdb-0", "");
    assertEquals("btrdb-0", first.node());
    assertEquals(3, first.members().size());
    assertEquals("0.0.0.0", first.self().host());
    assertEquals("btrdb-0.btrdb-nodes.plant.svc", first.self().advertise());
    assertEquals(false, first.placement().embedded());
    NodeConfig fifth = render(folder, "btrdb-4", "zone-b");
    assertEquals(4, fifth.members().size());
    assertEquals("btrdb-4.btrdb-nodes.plant.svc", fifth.self().advertise());
    assertEquals("zone-b", fifth.zone());
  }

  private static NodeConfig render(Path folder, String pod, String zone) throws Exception {
    JsonNode data = Repository.yaml(BASE.resolve("configuration.yaml")).get(0).path("data");
    Path settings = Files.createDirectories(folder.resolve("settings"));
    for (Map.Entry<String, JsonNode> file : data.properties()) {
      Files.writeString(settings.resolve(file.getKey()), file.getValue().asText());
    }
    // The last line checks the result with the command of the image, which is not here.
    Path command = Files.writeString(folder.resolve("btrdb"), "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> environment = environment();
    environment.put("POD", pod);
    environment.put("NAMESPACE", "plant");
    environment.put("ZONE", zone);
    environment.put("SETTINGS", settings.toString());
    environment.put("OUT", folder.toString());
    environment.put("PATH", folder + ":" + System.getenv("PATH"));
    Tool.require("bash").run(Duration.ofSeconds(20), environment, settings.resolve("render"));
    assertTrue(Files.exists(folder.resolve("jvm.options")));
    return ConfigFile.read(folder.resolve("node.yaml"));
  }

  /** What the manifest sets, apart from what each pod has of its own. */
  private static Map<String, String> environment() throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode entry : pod().path("initContainers").get(0).path("env")) {
      if (entry.has("value")) {
        environment.put(entry.path("name").asText(), entry.path("value").asText());
      }
    }
    return environment;
  }

  private static JsonNode pod() throws IOException {
    return Repository.yaml(BASE.resolve("statefulset.yaml"))
        .get(0)
        .path("spec")
        .path("template")
        .path("spec");
  }

  @Test
  void shouldNeverLoseTwoNodesAtOnceOnPurpose() throws IOException {
    JsonNode budget = Repository.yaml(BASE.resolve("disruption.yaml")).get(0).path("spec");
    assertEquals(1, budget.path("maxUnavailable").asInt());
    JsonNode set = Repository.yaml(BASE.resolve("statefulset.yaml")).get(0).path("spec");
    assertEquals(
        set.path("selector").path("matchLabels").path("app.kubernetes.io/name").asText(),
        budget.path("selector").path("matchLabels").path("app.kubernetes.io/name").asText());
    assertEquals("RollingUpdate", set.path("updateStrategy").path("type").asText());
    JsonNode apart =
        pod()
            .path("affinity")
            .path("podAntiAffinity")
            .path("requiredDuringSchedulingIgnoredDuringExecution")
            .get(0);
    assertEquals("kubernetes.io/hostname", apart.path("topologyKey").asText());
  }

  @Test
  void shouldRestartADeadNodeAndNeverOneThatIsNotReady() throws IOException {
    JsonNode node = pod().path("containers").get(0);
    assertEquals("/health/live", node.at("/livenessProbe/httpGet/path").asText());
    assertEquals("/health/live", node.at("/startupProbe/httpGet/path").asText());
    assertEquals("/health/ready", node.at("/readinessProbe/httpGet/path").asText());
    assertTrue(node.at("/securityContext/readOnlyRootFilesystem").asBoolean());
    assertTrue(pod().at("/securityContext/runAsNonRoot").asBoolean());
  }
}
