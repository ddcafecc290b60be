package io.btrdb.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.node.rest.RestSection;
import io.btrdb.node.rest.RestSection.Callers;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is served where calls may not travel as plain text. */
class RestCallersTest {
  /** 503: let in, and told that the node does not serve yet. */
  @ParameterizedTest
  @CsvSource({
    "ALL, 198.18.0.9, 503",
    "LOCAL, 127.0.0.1, 503",
    "LOCAL, 0:0:0:0:0:0:0:1, 503",
    "LOCAL, 198.18.0.9, 403"
  })
  void shouldTakeCallsFromThoseThatMay(Callers callers, String host, int status) throws Exception {
    CompletableFuture<HttpPage> answer = new CompletableFuture<>();
    try (RestSection rest = new RestSection(Optional::empty, callers, "test");
        HttpQuery query =
            new HttpQuery(
                new InetSocketAddress(host, 40_000),
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v5/info"),
                "/v5/info",
                Unpooled.buffer(),
                () -> {})) {
      rest.serve(query, new OnlyWhole(answer));
      HttpPage page = answer.get(20, TimeUnit.SECONDS);
      assertEquals(status, page.status());
      String body = new String(page.body(), StandardCharsets.UTF_8);
      assertTrue(body.contains(status == 403 ? "\"code\":437" : "\"code\":419"), body);
    }
  }

  private record OnlyWhole(CompletableFuture<HttpPage> page) implements HttpAnswer {
    @Override
    public void whole(HttpPage whole) {
      page.complete(whole);
    }

    @Override
    public void begin(int status, String type, Map<String, String> headers) {
      throw new AssertionError("begun");
    }

    @Override
    public void write(byte[] piece) {
      throw new AssertionError("written");
    }

    @Override
    public void end() {
      throw new AssertionError("ended");
    }

    @Override
    public void breakOff() {
      page.completeExceptionally(new AssertionError("broken off"));
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady(Runnable action) {
      action.run();
    }

    @Override
    public void onGone(Runnable action) {}
  }
}
