package io.btrdb.node.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.btrdb.api.v5.CreateResponse;
import io.btrdb.node.http.HttpPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/** The document (OpenAPI 3.0.3) about all methods, made of the service's descriptor. */
final class OpenApi {
  private static final String ABOUT =
      """
      Every method of BTrDB's v5 service: a JSON object as the body, JSON as the answer. Messages \
      are mapped as protobuf does it (proto3): integers of 64 bits are strings (numbers are taken, \
      too), bytes are base64, NaN and Infinity are strings. Methods that stream answer with a line \
      for each message. An error has the contract's code and text in `stat`, which is absent \
      otherwise, and an HTTP status that goes with it; in a stream it may be the last line.""";

  private static final String EXAMPLE_UUID = "0d22a53b-e2ef-4e0a-ab89-b2d48fb2592a";

  private final ObjectMapper json = new ObjectMapper();
  private final ContractComments comments = ContractComments.load();
  private final ObjectNode root = json.createObjectNode();
  private final ObjectNode schemas = json.createObjectNode();
  private final Queue<Descriptor> wanted = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();

  private OpenApi() {}

  /**
   * @param version of the program
   */
  static byte[] document(Collection<RestMethod> methods, String version) {
    return new OpenApi().of(methods, version);
  }

  private byte[] of(Collection<RestMethod> methods, String version) {
    root.put("openapi", "3.0.3");
    root.putObject("info")
        .put("title", "BTrDB v5")
        .put("version", version)
        .put("description", ABOUT);
    root.putArray("servers").addObject().put("url", "/");
    ArrayNode security = root.putArray("security");
    security.addObject();
    security.addObject().putArray("key");
    ObjectNode paths = root.putObject("paths");
    for (RestMethod method : methods) {
      path(method, paths.putObject("/v5/" + method.path()));
    }
    ObjectNode components = root.putObject("components");
    components.set("schemas", schemas);
    while (!wanted.isEmpty()) {
      Descriptor type = wanted.remove();
      schema(type, schemas.putObject(type.getName()));
    }
    parameters(components.putObject("parameters"));
    components
        .putObject("securitySchemes")
        .putObject("key")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "An API key, where the cluster asks for one.");
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private void path(RestMethod method, ObjectNode path) {
    ArrayNode parameters = path.putArray("parameters");
    for (String name : new String[] {"timeout", "maxStaleness", "noForward"}) {
      parameters.addObject().put("$ref", "#/components/parameters/" + name);
    }
    ObjectNode post = path.putObject("post");
    post.put("operationId", method.name());
    post.put("summary", method.name());
    String comment = comments.of(method.descriptor().getFullMethodName().replace('/', '.'));
    if (!comment.isEmpty()) {
      post.put("description", comment);
    }
    post.putArray("tags").add("BTrDB");
    ObjectNode body = post.putObject("requestBody").put("required", true);
    content(body, HttpPage.JSON, method.request());
    ObjectNode responses = post.putObject("responses");
    ObjectNode ok =
        responses
            .putObject("200")
            .put("description", method.streams() ? "A line for each message." : "The answer.");
    content(ok, method.streams() ? RestCall.LINES : HttpPage.JSON, descriptor(method.response()));
    ObjectNode wrong =
        responses.putObject("default").put("description", "An error: stat says which.");
    content(wrong, HttpPage.JSON, CreateResponse.getDescriptor());
    if (method.streams()) {
      content(wrong, RestCall.LINES, descriptor(method.response()));
    }
  }

  private static Descriptor descriptor(Message message) {
    return message.getDescriptorForType();
  }

  private void content(ObjectNode of, String mediaType, Descriptor type) {
    of.withObjectProperty("content")
        .putObject(mediaType)
        .putObject("schema")
        .put("$ref", reference(type));
  }

  private String reference(Descriptor type) {
    if (known.add(type.getName())) {
      wanted.add(type);
    }
    return "#/components/schemas/" + type.getName();
  }

  private void schema(Descriptor type, ObjectNode schema) {
    schema.put("type", "object");
    String comment = comments.of(type.getFullName());
    if (!comment.isEmpty()) {
      schema.put("description", comment);
    }
    schema.put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    for (FieldDescriptor field : type.getFields()) {
      ObjectNode property = properties.putObject(field.getJsonName());
      if (field.isRepeated()) {
        property.put("type", "array");
        value(field, property.putObject("items"));
      } else {
        value(field, property);
      }
    }
  }

  private void value(FieldDescriptor field, ObjectNode schema) {
    switch (field.getType()) {
      case DOUBLE, FLOAT -> floating(schema);
      case INT64, SINT64, SFIXED64 -> schema.put("type", "string").put("format", "int64");
      case UINT64, FIXED64 -> schema.put("type", "string").put("format", "uint64");
      case INT32, SINT32, SFIXED32 -> schema.put("type", "integer").put("format", "int32");
      case UINT32, FIXED32 ->
          schema
              .put("type", "integer")
              .put("minimum", 0)
              .put("maximum", Integer.toUnsignedLong(-1));
      case BOOL -> schema.put("type", "boolean");
      case STRING -> schema.put("type", "string");
      case BYTES -> bytes(field, schema);
      case ENUM -> {
        ArrayNode names = schema.put("type", "string").putArray("enum");
        field.getEnumType().getValues().stream()
            .map(EnumValueDescriptor::getName)
            .forEach(names::add);
      }
      case MESSAGE -> schema.put("$ref", reference(field.getMessageType()));
      case GROUP -> throw new IllegalStateException("the contract has no group: " + field);
    }
  }

  private static void floating(ObjectNode schema) {
    ArrayNode one = schema.putArray("oneOf");
    one.addObject().put("type", "number").put("format", "double");
    ArrayNode names = one.addObject().put("type", "string").putArray("enum");
    names.add("NaN").add("Infinity").add("-Infinity");
  }

  private static void bytes(FieldDescriptor field, ObjectNode schema) {
    schema.put("type", "string");
    if (field.getName().equals("uuid")) {
      schema
          .put("description", "A UUID: its 16 bytes in base64; in requests also the usual text.")
          .put("example", EXAMPLE_UUID);
    } else {
      schema.put("format", "byte");
    }
  }

  private static void parameters(ObjectNode parameters) {
    parameter(
        parameters.putObject("timeout"),
        PassedHeaders.TIMEOUT,
        "The time that the call has: digits and H, M, S, m (ms), u or n.",
        "[0-9]{1,8}[HMSmun]");
    parameter(
        parameters.putObject("maxStaleness"),
        "btrdb-max-staleness-ms",
        "How old the answer of a read of the latest version may be.",
        "[0-9]{1,9}");
    parameter(
        parameters.putObject("noForward"),
        "btrdb-no-forward",
        "1: rather hear 405, with a map, than have the call forwarded to another node.",
        "[01]");
  }

  private static void parameter(ObjectNode to, String header, String about, String pattern) {
    to.put("name", header).put("in", "header").put("description", about);
    to.putObject("schema").put("type", "string").put("pattern", "^" + pattern + "$");
  }
}
