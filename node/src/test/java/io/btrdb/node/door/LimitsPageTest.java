package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.node.config.NodeConfig;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/limits.md tells of every RPC and every limit, and the numbers that it tells are these. */
class LimitsPageTest {
  private static final Path PAGE = Path.of("../docs/limits.md");
  private static final Pattern RPC = Pattern.compile("^\\| `(\\w+\\.\\w+)` \\|.*\\|$");
  private static final Pattern NUMBER = Pattern.compile("^\\| `(\\w+)` \\| ([\\d,]+) \\|.*\\|$");
  private static final Pattern NAME = Pattern.compile("`([A-Z_]{4,})`");

  private static List<Matcher> rows(Pattern pattern) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .toList();
  }

  @Test
  void shouldHaveARowForEachRpc() throws Exception {
    List<String> told = rows(RPC).stream().map(row -> row.group(1)).toList();
    TreeSet<String> served = new TreeSet<>();
    for (ServiceDescriptor service : services()) {
      String name = service.getName().substring(service.getName().lastIndexOf('.') + 1);
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        served.add(name + "." + method.getBareMethodName());
      }
    }
    assertTrue(served.contains("BTrDB.RawValues") && served.contains("Peer.Hello"), "" + served);
    assertEquals(served, new TreeSet<>(told));
    assertEquals(told.size(), new TreeSet<>(told).size(), "a row is there twice");
  }

  /** All services there are: whoever adds one hears of it here. */
  private static List<ServiceDescriptor> services() throws Exception {
    Path api = Path.of(BTrDBGrpc.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(api)) {
      return services(api);
    }
    try (FileSystem jar = FileSystems.newFileSystem(api)) {
      return services(jar.getPath("/"));
    }
  }

  private static List<ServiceDescriptor> services(Path root)
      throws IOException, ReflectiveOperationException, URISyntaxException {
    List<ServiceDescriptor> services = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith("Grpc.class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class<?> grpc = Class.forName(name.substring(0, name.length() - ".class".length()));
        services.add((ServiceDescriptor) grpc.getMethod("getServiceDescriptor").invoke(null));
      }
    }
    return services;
  }

  @Test
  void shouldTellEveryLimitAsItIs() throws Exception {
    Map<String, String> limits = new TreeMap<>();
    for (Field field : Limits.class.getDeclaredFields()) {
      boolean own = !Modifier.isPrivate(field.getModifiers()) && !field.isSynthetic();
      if (own && Modifier.isStatic(field.getModifiers())) {
        limits.put(field.getName(), told(((Number) field.get(null)).longValue()));
      }
    }
    NodeConfig.Door settings = NodeConfig.Door.DEFAULTS;
    limits.put("callSeconds", told(settings.callSeconds()));
    limits.put("receiverSeconds", told(settings.receiverSeconds()));
    Map<String, String> onPage = new TreeMap<>();
    rows(NUMBER).forEach(row -> onPage.put(row.group(1), row.group(2)));
    assertEquals(limits, onPage);
  }

  private static String told(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  @Test
  void shouldNameOnlyLimitsThatThereAre() throws IOException {
    String page = Files.readString(PAGE);
    NAME.matcher(page)
        .results()
        .forEach(
            name ->
                assertTrue(
                    page.contains("| " + name.group() + " | "),
                    () -> name.group() + " has no row"));
  }
}
