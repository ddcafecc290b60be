package io.btrdb.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium, driven through ChromeDriver by the WebDriver protocol (W3C). Every session
 * has a profile of its own and asks nobody but the page's node for anything.
 */
final class Browser implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-default-apps",
          "--disable-domain-reliability",
          "--disable-extensions",
          "--disable-sync",
          "--metrics-recording-only",
          "--no-first-run",
          "--no-default-browser-check",
          "--no-proxy-server",
          "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
          "--force-color-profile=srgb",
          "--hide-scrollbars");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  /** Chromium and its driver, where they are. */
  static Optional<List<Path>> programs() {
    Optional<Path> browser = find("chromium", "chromium-browser", "google-chrome");
    Optional<Path> driver = find("chromedriver");
    return browser.isPresent() && driver.isPresent()
        ? Optional.of(List.of(browser.get(), driver.get()))
        : Optional.empty();
  }

  private static Optional<Path> find(String... names) {
    String[] folders = System.getenv().getOrDefault("PATH", "").split(":");
    return Stream.of(names)
        .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Opens a window.
   *
   * @param profile a new folder
   * @param phone whether it pretends to be a phone with a touch screen
   */
  static Browser open(Path profile, int width, int height, boolean phone) throws IOException {
    List<Path> programs = programs().orElseThrow();
    Process driver =
        new ProcessBuilder(programs.get(1).toString(), "--port=0")
            .redirectErrorStream(true)
            .start();
    try {
      return new Browser(
          driver, port(driver), programs.getFirst(), profile, List.of(width, height), phone);
    } catch (IOException | RuntimeException e) {
      stop(driver);
      throw e;
    }
  }

  private static int port(Process driver) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        return Integer.parseInt(started.group(1));
      }
    }
    throw new IOException("ChromeDriver ended before it told its port");
  }

  private Browser(
      Process driver, int port, Path program, Path profile, List<Integer> size, boolean phone)
      throws IOException {
    this.driver = driver;
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("--user-data-dir=" + profile);
    flags.add("--window-size=" + size.get(0) + "," + size.get(1));
    Map<String, Object> options =
        phone
            ? Map.of("binary", program.toString(), "args", flags, "mobileEmulation", phone(size))
            : Map.of("binary", program.toString(), "args", flags);
    Map<String, Object> wanted =
        Map.of(
            "browserName",
            "chrome",
            "goog:chromeOptions",
            options,
            "goog:loggingPrefs",
            Map.of("browser", "ALL"));
    String root = "http://127.0.0.1:" + port + "/session";
    JsonNode opened = call("POST", root, Map.of("capabilities", Map.of("alwaysMatch", wanted)));
    this.session = root + "/" + opened.get("sessionId").asText();
  }

  private static Map<String, Object> phone(List<Integer> size) {
    return Map.of(
        "deviceMetrics",
        Map.of("width", size.get(0), "height", size.get(1), "pixelRatio", 2.0, "touch", true));
  }

  private JsonNode call(String method, String address, Object body) throws IOException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(address))
                  .timeout(Duration.ofSeconds(60))
                  .method(
                      method,
                      body == null
                          ? BodyPublishers.noBody()
                          : BodyPublishers.ofString(json.writeValueAsString(body)))
                  .build(),
              BodyHandlers.ofString());
      JsonNode value = json.readTree(answer.body()).get("value");
      if (answer.statusCode() != 200) {
        throw new IOException(value.path("message").asText(answer.body()));
      }
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  void go(String address) throws IOException {
    call("POST", session + "/url", Map.of("url", address));
  }

  /** Runs a function's body in the page and tells what it returns. */
  JsonNode run(String script) throws IOException {
    return call("POST", session + "/execute/sync", Map.of("script", script, "args", List.of()));
  }

  /** All text that can be seen of what a selector finds first. */
  String text(String selector) throws IOException {
    return run("return document.querySelector('" + selector + "').innerText").asText();
  }

  /** Presses keys where the focus is; special ones as WebDriver's code points. */
  void press(String keys) throws IOException {
    List<Map<String, Object>> actions = new ArrayList<>();
    keys.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            key -> {
              actions.add(Map.of("type", "keyDown", "value", key));
              actions.add(Map.of("type", "keyUp", "value", key));
            });
    Map<String, Object> keyboard = Map.of("type", "key", "id", "keyboard", "actions", actions);
    call("POST", session + "/actions", Map.of("actions", List.of(keyboard)));
  }

  /** Dark or light, as the system's settings would say. */
  void colourScheme(String scheme) throws IOException {
    Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    call(
        "POST",
        session + "/goog/cdp/execute",
        Map.of(
            "cmd", "Emulation.setEmulatedMedia", "params", Map.of("features", List.of(feature))));
  }

  /**
   * Waits until a condition in the page, an expression, is true; the page itself looks again and
   * again.
   *
   * @throws IOException when that takes longer than WebDriver gives a script, 30 s
   */
  void await(String condition) throws IOException {
    String script =
        """
        const done = arguments[0];
        const look = () => (%s) ? done(true) : setTimeout(look, 20);
        look();
        """;
    Map<String, Object> call =
        Map.of("script", String.format(script, condition), "args", List.of());
    call("POST", session + "/execute/async", call);
  }

  /**
   * What the page has written to its console as errors since the last call, refusals by its policy
   * too.
   */
  List<String> errors() throws IOException {
    List<String> errors = new ArrayList<>();
    for (JsonNode entry : call("POST", session + "/se/log", Map.of("type", "browser"))) {
      if (List.of("SEVERE", "WARNING").contains(entry.get("level").asText())) {
        errors.add(entry.get("message").asText());
      }
    }
    return errors;
  }

  /** A picture of the whole page, not only of the window. */
  byte[] screenshot() throws IOException {
    JsonNode picture =
        call(
            "POST",
            session + "/goog/cdp/execute",
            Map.of(
                "cmd",
                "Page.captureScreenshot",
                "params",
                Map.of("format", "png", "captureBeyondViewport", true)));
    return Base64.getDecoder().decode(picture.get("data").asText());
  }

  @Override
  public void close() throws IOException {
    try {
      call("DELETE", session, null);
    } finally {
      stop(driver);
      http.close();
    }
  }

  private static void stop(Process driver) {
    driver.descendants().forEach(ProcessHandle::destroyForcibly);
    driver.destroyForcibly();
  }
}
