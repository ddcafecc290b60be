package io.btrdb.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.List;

/**
 * Protobuf messages as JSON for readers that know no defaults: every field that is not a message is
 * there, set or not.
 *
 * <pre>
 * message := "{" field ("," field)* "}"
 * field   := "\"" json-name "\":" (value | "[" value* "]")
 * value   := message | string | number | "true" | "false" | base64-string | "\"" enum-name "\""
 * </pre>
 */
public enum MessageJson {
  /**
   * Protobuf's own mapping (proto3): 64-bit integers are strings, and messages that are not set are
   * left out.
   */
  PROTO3 {
    @Override
    void unset(FieldDescriptor field, JsonGenerator json) {}

    @Override
    void number(String decimal, JsonGenerator json) throws IOException {
      json.writeString(decimal);
    }
  },

  /** For what is ours alone and nowhere near 2^53: numbers, and null for messages not set. */
  NUMBERS {
    @Override
    void unset(FieldDescriptor field, JsonGenerator json) throws IOException {
      json.writeFieldName(field.getJsonName());
      json.writeNull();
    }

    @Override
    void number(String decimal, JsonGenerator json) throws IOException {
      json.writeNumber(decimal);
    }
  };

  abstract void unset(FieldDescriptor field, JsonGenerator json) throws IOException;

  abstract void number(String decimal, JsonGenerator json) throws IOException;

  /** Writes the fields of a message into an object that is open. */
  public void fields(Message message, JsonGenerator json) throws IOException {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.hasPresence() && !message.hasField(field)) {
        unset(field, json);
        continue;
      }
      json.writeFieldName(field.getJsonName());
      if (field.isRepeated()) {
        json.writeStartArray();
        for (Object element : (List<?>) message.getField(field)) {
          value(field, element, json);
        }
        json.writeEndArray();
      } else {
        value(field, message.getField(field), json);
      }
    }
  }

  private void value(FieldDescriptor field, Object value, JsonGenerator json) throws IOException {
    switch (field.getJavaType()) {
      case INT -> json.writeNumber(isUnsigned(field) ? unsigned((int) value) : (int) value);
      case LONG ->
          number(
              isUnsigned(field) ? Long.toUnsignedString((long) value) : Long.toString((long) value),
              json);
      case FLOAT -> json.writeNumber((float) value);
      case DOUBLE -> json.writeNumber((double) value);
      case BOOLEAN -> json.writeBoolean((boolean) value);
      case STRING -> json.writeString((String) value);
      case BYTE_STRING -> json.writeBinary(((ByteString) value).toByteArray());
      case ENUM -> name((EnumValueDescriptor) value, json);
      case MESSAGE -> {
        json.writeStartObject();
        fields((Message) value, json);
        json.writeEndObject();
      }
    }
  }

  /** Numbers that came from a newer peer have no name. */
  private static void name(EnumValueDescriptor value, JsonGenerator json) throws IOException {
    if (value.getIndex() < 0) {
      json.writeNumber(value.getNumber());
    } else {
      json.writeString(value.getName());
    }
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false; // protobuf's enum is open: all other types are signed or no numbers
    };
  }
}
