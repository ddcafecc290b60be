package io.btrdb.node.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.CreateResponse;
import io.btrdb.api.v5.Status;
import io.btrdb.node.http.HttpPage;
import io.btrdb.node.http.MessageJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A message of an answer, as a line of JSON.
 *
 * @param code of the contract, 0 for success
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RestReply(int code, byte[] line) {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final String STAT = "stat";

  /** Overloaded: come again, not at once. */
  private static final Map<String, String> LATER = Map.of("Retry-After", "1");

  static RestReply of(RestMethod method, byte[] message) {
    try {
      return of(method.response().getParserForType().parseFrom(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(method.name() + " was answered by a malformed message", e);
    }
  }

  private static RestReply of(Message message) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(line)) {
      json.writeStartObject();
      MessageJson.PROTO3.fields(message, json);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    FieldDescriptor stat = message.getDescriptorForType().findFieldByName(STAT);
    return new RestReply(((Status) message.getField(stat)).getCode(), line.toByteArray());
  }

  /** An error, in the form in which every method has it. */
  static RestReply error(ErrorCode code, String text) {
    Status stat = Status.newBuilder().setCode(code.number()).setMsg(text).build();
    return of(CreateResponse.newBuilder().setStat(stat).build());
  }

  /** This reply as a whole answer, with the HTTP status that goes with it. */
  HttpPage page() {
    return page(HttpStatuses.of(code));
  }

  HttpPage page(int status) {
    return new HttpPage(status, HttpPage.JSON, line, headers(status));
  }

  static Map<String, String> headers(int status) {
    return switch (status) {
      case 429, 503 -> LATER;
      case 401 -> Map.of("WWW-Authenticate", "Bearer");
      default -> Map.of();
    };
  }
}
