package io.btrdb.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The console in a real browser. Without Chromium and ChromeDriver it is skipped; with {@code
 * BTRDB_REQUIRE_BROWSER=1} in the environment it fails then. {@code -Dbtrdb.screenshots=FOLDER}
 * keeps pictures of the pages.
 */
@Timeout(120)
class ConsoleBrowserTest {
  private static final String RIGHT = "\uE014";
  private static final String END = "\uE010";
  private static final String SCREENSHOTS = System.getProperty("btrdb.screenshots");

  private static final int DESKTOP_WIDTH = 1180;
  private static final int PHONE_WIDTH = 360;

  @TempDir static Path profiles;
  private static Browser desktop;
  private static Browser phone;

  private volatile ClusterStatus status = SampleStatus.healthy(16, "n1", "n2", "n3").build();
  private HttpDoor door;

  @BeforeAll
  static void start() throws IOException {
    if (Browser.programs().isEmpty()) {
      String missing = "no Chromium with ChromeDriver: apt-get install chromium chromium-driver";
      if ("1".equals(System.getenv("BTRDB_REQUIRE_BROWSER"))) {
        fail(missing);
      }
      abort(missing);
    }
    desktop = Browser.open(profiles.resolve("desktop"), DESKTOP_WIDTH, 1250, false);
    phone = Browser.open(profiles.resolve("phone"), PHONE_WIDTH, 780, true);
  }

  @AfterAll
  static void stop() throws IOException {
    try (Browser first = desktop;
        Browser second = phone) {
      // closes what was opened
    }
  }

  @BeforeEach
  void open() throws IOException {
    door = HttpDoor.open("127.0.0.1", 0, new MetricRegistry(), List::of, () -> status);
  }

  /** Leaves the page before its node goes, so that the next test begins with a quiet log. */
  @AfterEach
  void close() throws IOException {
    for (Browser browser : List.of(desktop, phone)) {
      browser.go("about:blank");
      browser.colourScheme("light");
      browser.errors();
    }
    door.close();
  }

  private Browser onDesktop() throws IOException {
    return show(desktop);
  }

  private Browser onPhone() throws IOException {
    return show(phone);
  }

  private Browser show(Browser browser) throws IOException {
    browser.go("http://127.0.0.1:" + door.port() + "/");
    browser.await("document.querySelector('#pulse').textContent === 'live'");
    return browser;
  }

  private static void keep(Browser browser, String name) throws IOException {
    if (SCREENSHOTS != null) {
      Path folder = Files.createDirectories(Path.of(SCREENSHOTS));
      Files.write(folder.resolve(name + ".png"), browser.screenshot());
    }
  }

  private static void assertFits(Browser browser) throws IOException {
    int page = browser.run("return document.documentElement.scrollWidth").asInt();
    int screen = browser == phone ? PHONE_WIDTH : DESKTOP_WIDTH;
    String widest =
        "return [...document.body.querySelectorAll('*')].filter(e =>"
            + " e.getBoundingClientRect().right > "
            + screen
            + ").map(e => e.tagName + '.' + e.className).join(' ')";
    assertTrue(page <= screen, page + " of " + screen + " px: " + browser.run(widest).asText());
  }

  private static void assertHas(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), "no '" + part + "' in: " + text);
    }
  }

  @Test
  void shouldShowAHealthyCluster() throws IOException {
    Browser browser = onDesktop();
    assertEquals("All good", browser.text("#headline"));
    assertEquals("grid-north", browser.text("h1"));
    assertHas(browser.text("#facts"), "3 of 3", "16", "connected", "n1");
    assertHas(browser.text("#nodes"), "n1", "n2", "n3", "rack-b", "10.0.0.13:4410", "ready");
    assertHas(browser.text("#ranges"), "n2", "1.07 GB");
    assertHas(browser.text("#still"), "No replica is being moved");
    assertEquals(17, browser.run("return document.querySelectorAll('.range').length").asInt());
    assertFits(browser);
    keep(browser, "healthy");
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    status = SampleStatus.troubled().build();
    Browser browser = onDesktop();
    assertHas(browser.text("#headline"), "things need attention");
    assertHas(
        browser.text("#findings"),
        "Shard 5 has no leader",
        "n3 has not answered for 42 s",
        "The disk of n4 is 94 % full",
        "1 replica on n2 does not serve: the log ends in a torn entry",
        "1 replica on n2 is 12,345 entries behind");
    assertHas(browser.text("#moves"), "Shard 1", "62 %", "Taken in as a listener", "waits");
    assertHas(browser.text("#notes"), "n3 is replaced when it stays away");
    assertHas(browser.text("#nodes"), "no answer for 42 s", "not ready", "Disk 94 % full");
    assertHas(browser.text("#ranges"), "no leader", "n2 −12,345");
    keep(browser, "troubled");
    browser.colourScheme("dark");
    keep(browser, "troubled-dark");
    assertEquals(List.of(), browser.errors());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 256})
  void shouldFitAPhone(int shards) throws IOException {
    status =
        SampleStatus.healthy(shards, "n1", "a-node-with-quite-a-long-name.example.org", "n3")
            .addAllMoves(SampleStatus.troubled().getMovesList())
            .build();
    Browser browser = onPhone();
    assertFits(browser);
    keep(browser, "phone-" + shards);
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void shouldFitAPhoneWhenMuchIsWrong() throws IOException {
    status = SampleStatus.troubled().build();
    Browser browser = onPhone();
    browser.colourScheme("dark");
    assertFits(browser);
    keep(browser, "phone-troubled-dark");
  }

  @Test
  void shouldShowMarkupInNamesAsText() throws IOException {
    String evil = "<script>document.title='owned'</script><img src=x onerror=alert(1)>";
    ClusterStatus.Builder hostile =
        SampleStatus.healthy(4, "n1", evil, "n3").setClusterName(evil).addNotes(evil);
    hostile.getNodesBuilder(0).setReady(false).setNotReadyReason(evil);
    hostile.getNodesBuilder(1).getCardBuilder().setZone(evil);
    hostile.addMoves(
        SampleStatus.troubled().getMoves(0).toBuilder().setName(evil).setWhy(evil).setToNode(evil));
    GroupStatus.Builder group = hostile.getGroupsBuilder(0);
    group.getMembersBuilder(1).setHealthy(false).setReason(evil);
    status = hostile.build();
    Browser browser = onDesktop();
    assertEquals(evil, browser.text("h1"));
    for (String place : List.of("#nodes", "#moves", "#notes", "#findings", "#detail", "#ranges")) {
      assertHas(browser.text(place), "<script>document.title='owned'</script>");
    }
    assertEquals(0, browser.run("return document.querySelectorAll('main img').length").asInt());
    assertEquals(1, browser.run("return document.scripts.length").asInt());
    assertFalse(browser.run("return document.title").asText().equals("owned"));
    assertFits(browser);
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void shouldWalkAlongTheRangesWithTheKeyboard() throws IOException {
    Browser browser = onDesktop();
    browser.run("document.querySelector('.range[aria-selected=true]').focus()");
    assertHas(browser.text("#detail"), "Shard 0", "256 slots from 0, 6.3 % of the streams");
    browser.press(RIGHT + RIGHT);
    assertHas(browser.text("#detail"), "Shard 2", "slots from 512", "led by n3");
    browser.press(END);
    assertHas(browser.text("#detail"), "The catalog");
    assertEquals(
        "true",
        browser.run("return document.activeElement.getAttribute('aria-selected')").asText());
  }

  @Test
  void shouldFollowTheClusterWithoutMovingThePage() throws IOException {
    Browser browser = onDesktop();
    browser.run("window.first = document.querySelector('#nodes li'); window.scrollTo(0, 120)");
    ClusterStatus.Builder changed = status.toBuilder();
    changed.getGroupsBuilder(0).setLeader("n2").setTerm(9);
    changed.getNodesBuilder(0).setReady(false).setNotReadyReason("the logs are being replayed");
    status = changed.build();
    browser.await("document.querySelector('#detail').innerText.includes('led by n2')");
    assertHas(browser.text("#headline"), "n1 is not ready: the logs are being replayed");
    assertTrue(
        browser.run("return window.first === document.querySelector('#nodes li')").asBoolean());
    assertEquals(120, browser.run("return window.scrollY").asInt());
  }

  @Test
  void shouldSayThatItIsStaleWhenTheNodeIsGoneAndRecover() throws IOException {
    Browser browser = onDesktop();
    int port = door.port();
    double before =
        browser.run("return document.querySelector('#map').getBoundingClientRect().top").asDouble();
    door.close();
    browser.await("document.body.classList.contains('stale')");
    String pulse = browser.text("#pulse");
    assertTrue(Pattern.matches("this node does not answer, this is \\d+ s old", pulse), pulse);
    assertEquals(
        before,
        browser
            .run("return document.querySelector('#map').getBoundingClientRect().top")
            .asDouble());
    keep(browser, "stale");
    door = HttpDoor.open("127.0.0.1", port, new MetricRegistry(), List::of, () -> status);
    browser.await("document.querySelector('#pulse').textContent === 'live'");
    assertFalse(browser.run("return document.body.classList.contains('stale')").asBoolean());
  }

  @Test
  void shouldSayWhatAFormingClusterWaitsFor() throws IOException {
    status = SampleStatus.forming().build();
    Browser browser = onDesktop();
    assertEquals(
        "n1 is not ready: waiting for n2 and n3 before the cluster can be formed",
        browser.text("#headline"));
    assertHas(browser.text("#forming"), "There are no ranges yet: waiting for n2 and n3");
    assertHas(browser.text("#identity"), "no cluster yet");
    keep(browser, "forming");
    assertEquals(List.of(), browser.errors());
  }
}
