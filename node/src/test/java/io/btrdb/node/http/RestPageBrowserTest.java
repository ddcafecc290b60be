package io.btrdb.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.node.rest.RestSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page about REST in a real browser, which reaches nobody but the node. Skipped without
 * Chromium and ChromeDriver, as the console's tests are.
 */
@Timeout(120)
class RestPageBrowserTest {
  @Test
  void shouldShowEveryMethodAndCallOne(@TempDir Path profile) throws IOException {
    if (Browser.programs().isEmpty()) {
      String missing = "no Chromium with ChromeDriver: apt-get install chromium chromium-driver";
      if ("1".equals(System.getenv("BTRDB_REQUIRE_BROWSER"))) {
        fail(missing);
      }
      abort(missing);
    }
    try (RestSection rest = new RestSection(Optional::empty, RestSection.Callers.ALL, "1.2.3");
        HttpDoor door =
            HttpDoor.open(
                "127.0.0.1",
                0,
                new MetricRegistry(),
                List::of,
                ClusterStatus::getDefaultInstance,
                rest);
        Browser browser = Browser.open(profile, 1_180, 1_250, false)) {
      browser.go("http://127.0.0.1:" + door.port() + "/v5/");
      int methods = BTrDBGrpc.getServiceDescriptor().getMethods().size();
      browser.await("document.querySelectorAll('.opblock').length === " + methods);
      assertTrue(browser.text(".info .title").startsWith("BTrDB v5"));
      assertEquals(List.of(), browser.errors());

      press(browser, "#operations-BTrDB-Info .opblock-summary-control");
      press(browser, "#operations-BTrDB-Info .try-out__btn");
      press(browser, "#operations-BTrDB-Info .execute");
      browser.await("document.querySelector('#operations-BTrDB-Info .live-responses-table')");
      assertTrue(
          browser
              .text("#operations-BTrDB-Info .live-responses-table")
              .contains("this node does not serve yet"));
    }
  }

  private static void press(Browser browser, String button) throws IOException {
    browser.await("document.querySelector('" + button + "')");
    browser.run("document.querySelector('" + button + "').click()");
  }
}
