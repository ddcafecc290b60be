package io.btrdb.node.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.btrdb.api.cluster.ClusterStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * A cluster's status as one JSON object: the fields of {@link ClusterStatus} in camelCase, every
 * one of them, and what {@link ClusterHealth} makes of them.
 *
 * <pre>
 * status := "{" field* "\"health\":" health "}"
 * health := "{\"level\":" level ",\"headline\":" string ",\"findings\":[" finding* "]}"
 * finding := "{\"level\":" level ",\"text\":" string "}"
 * level  := "\"good\"" | "\"note\"" | "\"warning\"" | "\"critical\""
 * </pre>
 */
public final class ClusterStatusJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private ClusterStatusJson() {}

  /** On one line, without an end of line. */
  public static String of(ClusterStatus status) {
    return of(status, false);
  }

  /** On many lines, for people. */
  public static String pretty(ClusterStatus status) {
    return of(status, true);
  }

  private static String of(ClusterStatus status, boolean pretty) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      if (pretty) {
        json.useDefaultPrettyPrinter();
      }
      json.writeStartObject();
      MessageJson.NUMBERS.fields(status, json);
      json.writeObjectFieldStart("health");
      health(ClusterHealth.of(status), json);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toString();
  }

  private static void health(ClusterHealth health, JsonGenerator json) throws IOException {
    json.writeStringField("level", name(health.level()));
    json.writeStringField("headline", health.headline());
    json.writeArrayFieldStart("findings");
    for (ClusterHealth.Finding finding : health.findings()) {
      json.writeStartObject();
      json.writeStringField("level", name(finding.level()));
      json.writeStringField("text", finding.text());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String name(ClusterHealth.Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
