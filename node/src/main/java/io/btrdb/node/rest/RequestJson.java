package io.btrdb.node.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Reads a JSON object as the bytes of a protobuf message, by protobuf's own mapping (proto3), and
 * builds nothing in between: 50,000 points are never 50,000 objects.
 *
 * <pre>
 * message := "{" (name ":" (null | value | "[" value* "]"))* "}"      nothing at all is {}
 * name    := lowerCamelCase or as in the .proto; at most once; unknown ones are a mistake
 * integer := number without a fraction | the same as a string
 * double  := number | the same as a string | "NaN" | "Infinity" | "-Infinity"
 * bytes   := base64 of either alphabet, padded or not
 * uuid    := bytes | the usual 36 characters                     for bytes in fields named uuid
 * enum    := name | number
 * </pre>
 *
 * <p>The last two lines of {@code uuid} do not clash: 36 characters of base64 are 27 bytes, which
 * no UUID has.
 */
final class RequestJson {
  private static final int DEPTH_MAX = 32;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(RestSection.BODY_BYTES)
                  .build())
          .build();
  private static final ConcurrentHashMap<Descriptor, Map<String, FieldDescriptor>> FIELDS =
      new ConcurrentHashMap<>();
  private static final Pattern UUID_TEXT =
      Pattern.compile(
          "\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

  private final JsonParser json;
  private final WireBuffer out;
  private final JsonNumbers numbers;

  private RequestJson(JsonParser json, WireBuffer out) {
    this.json = json;
    this.out = out;
    this.numbers = new JsonNumbers(json);
  }

  /**
   * @param body read to its end
   * @param bytesMax how large the message may become
   */
  static byte[] read(Descriptor type, InputStream body, int bytesMax) throws JsonMistakeException {
    WireBuffer out = new WireBuffer(bytesMax);
    try (JsonParser json = FACTORY.createParser(body)) {
      JsonToken first = json.nextToken();
      if (first != null) {
        new RequestJson(json, out).root(type);
      }
      return out.toBytes();
    } catch (JsonProcessingException e) {
      throw new JsonMistakeException(
          "not JSON at line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ": "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new JsonMistakeException("not JSON: " + e.getMessage());
    }
  }

  private void root(Descriptor type) throws IOException, JsonMistakeException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new JsonMistakeException("the body must be a JSON object, a " + type.getName());
    }
    message(type);
    if (json.nextToken() != null) {
      throw new JsonMistakeException("something follows the JSON object");
    }
  }

  /** Behind its opening brace, up to its closing one. */
  private void message(Descriptor type) throws IOException, JsonMistakeException {
    long seen = 0;
    long chosen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      FieldDescriptor field = field(type, json.currentName());
      JsonToken token = json.nextToken();
      if ((seen & 1L << field.getIndex()) != 0) {
        throw mistake("is there twice");
      }
      seen |= 1L << field.getIndex();
      if (token == JsonToken.VALUE_NULL) {
        continue;
      }
      OneofDescriptor choice = field.getRealContainingOneof();
      if (choice != null && (chosen & 1L << choice.getIndex()) != 0) {
        throw mistake("excludes another field that is there, too");
      }
      chosen |= choice == null ? 0 : 1L << choice.getIndex();
      if (field.isRepeated()) {
        elements(field);
      } else {
        value(field);
      }
    }
  }

  private FieldDescriptor field(Descriptor type, String name) throws JsonMistakeException {
    FieldDescriptor field = FIELDS.computeIfAbsent(type, RequestJson::fields).get(name);
    if (field == null) {
      List<String> names = type.getFields().stream().map(FieldDescriptor::getJsonName).toList();
      throw mistake("is no field of " + type.getName() + ": it has " + String.join(", ", names));
    }
    return field;
  }

  private static Map<String, FieldDescriptor> fields(Descriptor type) {
    if (type.getFields().size() > Long.SIZE) {
      throw new IllegalStateException("more fields than are told apart: " + type.getFullName());
    }
    Map<String, FieldDescriptor> fields = new HashMap<>();
    type.getFields().forEach(field -> fields.put(field.getJsonName(), field));
    type.getFields().forEach(field -> fields.put(field.getName(), field));
    return fields;
  }

  private void elements(FieldDescriptor field) throws IOException, JsonMistakeException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw mistake("must be a list");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      value(field);
    }
  }

  private void value(FieldDescriptor field) throws IOException, JsonMistakeException {
    out.varint((long) field.getNumber() << 3 | wireType(field));
    switch (field.getType()) {
      case DOUBLE -> out.fixed64(Double.doubleToRawLongBits(numbers.floating()));
      case FLOAT -> out.fixed32(Float.floatToRawIntBits((float) numbers.floating()));
      case INT64 -> out.varint(numbers.signed(Long.SIZE));
      case UINT64 -> out.varint(numbers.unsigned(Long.SIZE));
      case INT32 -> out.varint(numbers.signed(Integer.SIZE));
      case UINT32 -> out.varint(numbers.unsigned(Integer.SIZE));
      case FIXED64 -> out.fixed64(numbers.unsigned(Long.SIZE));
      case FIXED32 -> out.fixed32((int) numbers.unsigned(Integer.SIZE));
      case SFIXED64 -> out.fixed64(numbers.signed(Long.SIZE));
      case SFIXED32 -> out.fixed32((int) numbers.signed(Integer.SIZE));
      case BOOL -> out.varint(truth() ? 1 : 0);
      case STRING -> out.delimited(utf8(text("a string")));
      case BYTES -> out.delimited(bytes(field));
      case ENUM -> out.varint(constant(field));
      case MESSAGE -> {
        if (json.currentToken() != JsonToken.START_OBJECT) {
          throw mistake("must be an object");
        }
        int start = out.begin();
        message(field.getMessageType());
        out.end(start);
      }
      case SINT32, SINT64, GROUP ->
          throw new IllegalStateException("the contract has no field like " + field);
    }
  }

  private static int wireType(FieldDescriptor field) {
    return switch (field.getType()) {
      case DOUBLE, FIXED64, SFIXED64 -> 1;
      case STRING, BYTES, MESSAGE -> 2;
      case FLOAT, FIXED32, SFIXED32 -> 5;
      default -> 0; // every other type is a varint
    };
  }

  private boolean truth() throws JsonMistakeException {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw mistake("must be true or false");
    };
  }

  private String text(String what) throws IOException, JsonMistakeException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw mistake("must be " + what);
    }
    return json.getText();
  }

  private byte[] utf8(String text) throws JsonMistakeException {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw mistake("has half a character in it");
    }
  }

  private byte[] bytes(FieldDescriptor field) throws IOException, JsonMistakeException {
    boolean uuid = field.getName().equals("uuid");
    String text = text(uuid ? "a UUID, as text or its 16 bytes in base64" : "bytes in base64");
    if (uuid && UUID_TEXT.matcher(text).matches()) {
      UUID parsed = UUID.fromString(text);
      return ByteBuffer.allocate(2 * Long.BYTES)
          .putLong(parsed.getMostSignificantBits())
          .putLong(parsed.getLeastSignificantBits())
          .array();
    }
    boolean forUrls = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    try {
      return (forUrls ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      throw mistake("is not base64" + (uuid ? ", nor a UUID as text" : ""));
    }
  }

  private long constant(FieldDescriptor field) throws IOException, JsonMistakeException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      return numbers.signed(Integer.SIZE);
    }
    EnumValueDescriptor value = field.getEnumType().findValueByName(json.getText());
    if (value == null) {
      throw mistake(
          "must be one of "
              + String.join(
                  ", ",
                  field.getEnumType().getValues().stream()
                      .map(EnumValueDescriptor::getName)
                      .toList()));
    }
    return value.getNumber();
  }

  private JsonMistakeException mistake(String what) {
    return JsonNumbers.mistake(json, what);
  }
}
