package io.btrdb.node.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** Numbers of a request: JSON's own, or the same as strings. */
final class JsonNumbers {
  private static final int DIGITS_MAX = 400;

  /** Of 2^64. */
  private static final int INTEGER_DIGITS_MAX = 20;

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final JsonParser json;

  JsonNumbers(JsonParser json) {
    this.json = json;
  }

  static JsonMistakeException mistake(JsonParser json, String what) {
    return new JsonMistakeException(json.getParsingContext().pathAsPointer() + " " + what);
  }

  private JsonMistakeException mistake(String what) {
    return mistake(json, what);
  }

  double floating() throws IOException, JsonMistakeException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> finite(json.getDoubleValue());
      case VALUE_STRING -> named(json.getText());
      default -> throw mistake("must be a number");
    };
  }

  private double named(String text) throws JsonMistakeException {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> finite(Double.parseDouble(number(text)));
    };
  }

  private double finite(double value) throws JsonMistakeException {
    if (Double.isInfinite(value)) {
      throw mistake("is larger than any double");
    }
    return value;
  }

  private String number(String text) throws JsonMistakeException {
    if (text.length() > DIGITS_MAX || !NUMBER.matcher(text).matches()) {
      throw mistake("must be a number");
    }
    return text;
  }

  /**
   * @param bits 32 or 64
   */
  long signed(int bits) throws IOException, JsonMistakeException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != NumberType.BIG_INTEGER) {
      long value = json.getLongValue();
      if (bits == Long.SIZE || value == (int) value) {
        return value;
      }
    }
    BigInteger value = integer();
    if (value.bitLength() >= bits) {
      throw mistake("must be an integer of " + bits + " bits with a sign");
    }
    return value.longValue();
  }

  /**
   * @param bits 32 or 64
   */
  long unsigned(int bits) throws IOException, JsonMistakeException {
    BigInteger value = integer();
    if (value.signum() < 0 || value.bitLength() > bits) {
      throw mistake("must be an integer of " + bits + " bits without a sign");
    }
    return value.longValue();
  }

  private BigInteger integer() throws IOException, JsonMistakeException {
    BigDecimal decimal =
        switch (json.currentToken()) {
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> decimal(json.getText());
          case VALUE_STRING -> decimal(json.getText());
          default -> throw mistake("must be an integer, as a number or a string");
        };
    if (decimal.signum() == 0) {
      return BigInteger.ZERO;
    }
    // Looked at before it is written out: 1e999999999 has a billion digits.
    BigDecimal shortest = decimal.stripTrailingZeros();
    if (shortest.scale() > 0) {
      throw mistake("must be an integer, without a fraction");
    }
    if (shortest.precision() - (long) shortest.scale() > INTEGER_DIGITS_MAX) {
      throw mistake("is larger than any integer of 64 bits");
    }
    return shortest.toBigIntegerExact();
  }

  private BigDecimal decimal(String text) throws JsonMistakeException {
    try {
      return new BigDecimal(number(text));
    } catch (NumberFormatException e) {
      throw mistake("has an exponent beyond reason");
    }
  }
}
