package io.btrdb.node.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.SplittableRandom;

/** Messages with fields set or not, and values at the edges of their types more often than not. */
final class RandomMessages {
  private static final long[] LONGS = {
    0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53, 1_700_000_000_000_000_001L
  };
  private static final int[] INTS = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
  private static final double[] DOUBLES = {
    0,
    1.5,
    -1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    0.1
  };
  private static final String[] STRINGS = {
    "", "a", "\"\\\n\u0000", "ž\u20ac\uD83D\uDE00", "</script>"
  };

  private final SplittableRandom random;

  RandomMessages(long seed) {
    random = new SplittableRandom(seed);
  }

  Message of(Message prototype) {
    Message.Builder builder = prototype.newBuilderForType();
    for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          builder.addRepeatedField(field, value(builder, field));
        }
      } else if (random.nextInt(3) > 0) {
        builder.setField(field, value(builder, field));
      }
    }
    return builder.build();
  }

  private Object value(Message.Builder owner, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> INTS[random.nextInt(INTS.length)];
      case LONG -> LONGS[random.nextInt(LONGS.length)];
      case FLOAT -> throw new AssertionError("the contract has no float");
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case BOOLEAN -> random.nextBoolean();
      case STRING -> STRINGS[random.nextInt(STRINGS.length)];
      case BYTE_STRING -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        yield ByteString.copyFrom(bytes);
      }
      case ENUM -> {
        var values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE -> of(owner.newBuilderForField(field).build());
    };
  }
}
