package io.btrdb.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.BTrDBGrpc;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The document, as a parser that is not ours reads it. */
class OpenApiTest {
  private static final String DOCUMENT =
      new String(OpenApi.document(RestMethod.all().values(), "1.2.3"), StandardCharsets.UTF_8);

  private static OpenAPI parsed() {
    SwaggerParseResult result = new OpenAPIV3Parser().readContents(DOCUMENT);
    assertEquals(List.of(), result.getMessages());
    return result.getOpenAPI();
  }

  @Test
  void shouldHaveEveryMethodWithItsMessagesAndItsComment() {
    OpenAPI api = parsed();
    assertEquals("1.2.3", api.getInfo().getVersion());
    BTrDBGrpc.getServiceDescriptor()
        .getMethods()
        .forEach(
            method -> {
              String name = method.getBareMethodName();
              Operation post = api.getPaths().get("/v5/" + name.toLowerCase(Locale.ROOT)).getPost();
              assertEquals(name, post.getOperationId());
              assertTrue(post.getDescription().length() > 20, name);
              String answer =
                  method.getType().serverSendsOneMessage()
                      ? "application/json"
                      : "application/x-ndjson";
              assertTrue(post.getResponses().get("200").getContent().containsKey(answer), name);
              assertTrue(post.getResponses().getDefault().getContent().containsKey(answer), name);
            });
    assertEquals(BTrDBGrpc.getServiceDescriptor().getMethods().size(), api.getPaths().size());
  }

  @Test
  void shouldNameFieldsAndTypesAsTheMappingDoes() {
    OpenAPI api = parsed();
    Schema<?> insert = api.getComponents().getSchemas().get("InsertParams");
    assertTrue(insert.getProperties().containsKey("mergePolicy"), insert::toString);
    assertEquals(4, insert.getProperties().get("mergePolicy").getEnum().size());
    Schema<?> info = api.getComponents().getSchemas().get("StreamInfoResponse");
    assertTrue(info.getProperties().containsKey("descriptor"), info::toString);
    assertEquals("string", info.getProperties().get("versionMajor").getType());
    Schema<?> stat = api.getComponents().getSchemas().get("StatPoint");
    assertEquals(2, stat.getProperties().get("mean").getOneOf().size());
    assertFalse(api.getComponents().getSchemas().containsKey("SubscriptionUpdate"));
    assertTrue(api.getComponents().getSchemas().containsKey("SubscriptionPoints"));
    assertTrue(stat.getDescription().contains("stddev"), stat::getDescription);
  }
}
