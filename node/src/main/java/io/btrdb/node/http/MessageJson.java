package io.btrdb.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;

/**
 * Protobuf messages as JSON for readers that know no defaults: every field is there, set or not.
 *
 * <pre>
 * message := "{" field ("," field)* "}"
 * field   := "\"" name-in-camelCase "\":" (value | "[" value* "]")
 * value   := message | string | number | "true" | "false" | base64-string | "\"" enum-name "\""
 * </pre>
 *
 * Unlike protobuf's own mapping, 64-bit integers are numbers: none of ours comes near 2^53. A
 * message that is not set is {@code null}.
 */
final class MessageJson {
  private MessageJson() {}

  /** Writes the fields of a message into an object that is open. */
  static void fields(Message message, JsonGenerator json) throws IOException {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      json.writeFieldName(field.getJsonName());
      if (field.isRepeated()) {
        json.writeStartArray();
        for (Object element : (List<?>) message.getField(field)) {
          value(field, element, json);
        }
        json.writeEndArray();
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && !message.hasField(field)) {
        json.writeNull();
      } else {
        value(field, message.getField(field), json);
      }
    }
  }

  private static void value(FieldDescriptor field, Object value, JsonGenerator json)
      throws IOException {
    switch (field.getJavaType()) {
      case INT -> json.writeNumber(isUnsigned(field) ? unsigned((int) value) : (int) value);
      case LONG -> number(field, (long) value, json);
      case FLOAT -> json.writeNumber((float) value);
      case DOUBLE -> json.writeNumber((double) value);
      case BOOLEAN -> json.writeBoolean((boolean) value);
      case STRING -> json.writeString((String) value);
      case BYTE_STRING -> json.writeBinary(((ByteString) value).toByteArray());
      case ENUM -> json.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> {
        json.writeStartObject();
        fields((Message) value, json);
        json.writeEndObject();
      }
    }
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  private static void number(FieldDescriptor field, long value, JsonGenerator json)
      throws IOException {
    if (isUnsigned(field) && value < 0) {
      json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    } else {
      json.writeNumber(value);
    }
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false; // protobuf's enum is open: all other types are signed or no numbers
    };
  }
}
