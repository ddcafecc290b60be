package io.btrdb.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;

/** A schema as the first message of a stream. */
final class SchemaMessage {
  private static final int NAME_BYTES_MAX = 1_024;

  private SchemaMessage() {}

  /** The message's flatbuffer, without its frame. */
  static byte[] encode(ArrowSchema schema) {
    FlatBufferBuilder out = new FlatBufferBuilder(128 * schema.fields().size());
    int[] fields = new int[schema.fields().size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = field(out, schema.fields().get(i));
    }
    int columns = Schema.createFieldsVector(out, fields);
    Schema.startSchema(out);
    Schema.addEndianness(out, Endianness.Little);
    Schema.addFields(out, columns);
    int root = Schema.endSchema(out);
    Message.startMessage(out);
    Message.addVersion(out, MetadataVersion.V5);
    Message.addHeaderType(out, MessageHeader.Schema);
    Message.addHeader(out, root);
    Message.addBodyLength(out, 0);
    Message.finishMessageBuffer(out, Message.endMessage(out));
    return out.sizedByteArray();
  }

  private static int field(FlatBufferBuilder out, ArrowField field) {
    int name = out.createString(field.name());
    int type =
        switch (field.type()) {
          case ArrowType.Timestamp t -> {
            int zone = t.zone().isEmpty() ? 0 : out.createString(t.zone());
            yield Timestamp.createTimestamp(out, (short) t.unit().ordinal(), zone);
          }
          case ArrowType.Whole w -> Int.createInt(out, w.bits(), w.signed());
          case ArrowType.Floating f -> FloatingPoint.createFloatingPoint(out, precision(f.bits()));
          case ArrowType.Foreign f -> throw new IllegalArgumentException("cannot write " + field);
        };
    int children = Field.createChildrenVector(out, new int[0]);
    Field.startField(out);
    Field.addName(out, name);
    Field.addNullable(out, field.nullable());
    Field.addTypeType(out, number(field.type()));
    Field.addType(out, type);
    Field.addChildren(out, children);
    return Field.endField(out);
  }

  private static byte number(ArrowType type) {
    return switch (type) {
      case ArrowType.Timestamp t -> Type.Timestamp;
      case ArrowType.Whole w -> Type.Int;
      case ArrowType.Floating f -> Type.FloatingPoint;
      case ArrowType.Foreign f -> Type.NONE;
    };
  }

  private static short precision(int bits) {
    return switch (bits) {
      case 16 -> Precision.HALF;
      case 32 -> Precision.SINGLE;
      case 64 -> Precision.DOUBLE;
      default -> throw new IllegalArgumentException("no number has " + bits + " bits");
    };
  }

  /** Checks the count before it looks at a single column: columns may share their bytes. */
  static ArrowSchema decode(Schema schema, int columns) throws MalformedArrowException {
    if (schema.endianness() != Endianness.Little) {
      throw new MalformedArrowException("the stream is big-endian, which is not read");
    }
    if (schema.fieldsLength() != columns) {
      throw new MalformedArrowException(
          "the schema has " + schema.fieldsLength() + " columns, " + columns + " are needed");
    }
    List<ArrowField> fields = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      Field field = schema.fields(i);
      fields.add(new ArrowField(text(field.nameAsByteBuffer()), type(field), field.nullable()));
    }
    return new ArrowSchema(fields);
  }

  private static ArrowType type(Field field) throws MalformedArrowException {
    if (field.dictionary() != null) {
      return new ArrowType.Foreign("a dictionary");
    }
    return switch (field.typeType()) {
      case Type.Timestamp -> timestamp((Timestamp) given(field, new Timestamp()));
      case Type.Int -> whole((Int) given(field, new Int()));
      case Type.FloatingPoint -> floating((FloatingPoint) given(field, new FloatingPoint()));
      default -> {
        byte number = field.typeType();
        yield new ArrowType.Foreign(
            number >= 0 && number < Type.names.length ? Type.name(number) : "type " + number);
      }
    };
  }

  private static com.google.flatbuffers.Table given(Field field, com.google.flatbuffers.Table into)
      throws MalformedArrowException {
    com.google.flatbuffers.Table type = field.type(into);
    if (type == null) {
      throw new MalformedArrowException("a column without a type");
    }
    return type;
  }

  private static ArrowType timestamp(Timestamp type) throws MalformedArrowException {
    if (type.unit() < 0 || type.unit() >= ArrowType.Unit.values().length) {
      throw new MalformedArrowException("there is no unit of time " + type.unit());
    }
    return new ArrowType.Timestamp(
        ArrowType.Unit.values()[type.unit()], text(type.timezoneAsByteBuffer()));
  }

  private static ArrowType whole(Int type) throws MalformedArrowException {
    int bits = type.bitWidth();
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
      throw new MalformedArrowException("no integer has " + bits + " bits");
    }
    return new ArrowType.Whole(bits, type.isSigned());
  }

  private static ArrowType floating(FloatingPoint type) throws MalformedArrowException {
    return switch (type.precision()) {
      case Precision.HALF -> new ArrowType.Floating(16);
      case Precision.SINGLE -> new ArrowType.Floating(32);
      case Precision.DOUBLE -> new ArrowType.Floating(64);
      default -> throw new MalformedArrowException("there is no precision " + type.precision());
    };
  }

  private static String text(ByteBuffer bytes) throws MalformedArrowException {
    if (bytes == null) {
      return "";
    }
    if (bytes.remaining() > NAME_BYTES_MAX) {
      throw new MalformedArrowException(
          "a name of " + bytes.remaining() + " bytes, " + NAME_BYTES_MAX + " are allowed");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedArrowException("a name that is not UTF-8");
    }
  }
}
