package io.btrdb.sql;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexDynamicParam;

/**
 * What goes with a query: texts, each turned into the type of the place where the query names it.
 *
 * @param numbers of the parameters, from 1, at each place
 */
record Parameters(List<Integer> numbers, List<String> given) {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}");

  Parameters {
    int most = numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
    if (numbers.contains(0)) {
      throw SqlRefusedException.bad("there is no parameter $0: the first is $1");
    }
    if (most != given.size()) {
      throw SqlRefusedException.bad(
          "the query names parameters up to $%d, and %d %s given",
          most, given.size(), given.size() == 1 ? "is" : "are");
    }
  }

  /** The text at each place. */
  List<String> texts() {
    return numbers.stream().map(number -> given.get(number - 1)).toList();
  }

  /** Values by the names under which code asks for them. */
  Map<String, Object> values(Set<RexDynamicParam> places) {
    Map<String, Object> values = new HashMap<>();
    for (RexDynamicParam place : places) {
      values.put(place.getName(), value(numbers.get(place.getIndex()), place.getType()));
    }
    return values;
  }

  private Object value(int number, RelDataType type) {
    String text = given.get(number - 1);
    Optional<?> value =
        switch (type.getSqlTypeName()) {
          case CHAR, VARCHAR, ANY -> Optional.of(text);
          case BOOLEAN -> bool(text);
          case INTEGER, SMALLINT, TINYINT -> integer(text).map(Long::intValue);
          case BIGINT -> integer(text);
          case DOUBLE, FLOAT, REAL -> real(text);
          case DECIMAL -> real(text).map(BigDecimal::valueOf);
          default -> Optional.empty();
        };
    if (value.isEmpty()) {
      throw unfit(number, type.getSqlTypeName().getName().toLowerCase(Locale.ROOT));
    }
    return value.get();
  }

  /** The text at a place, which must be a UUID, as the table has it. */
  String uuidAt(int place) {
    return uuid(texts().get(place))
        .map(UUID::toString)
        .orElseThrow(() -> unfit(numbers.get(place), "uuid"));
  }

  private SqlRefusedException unfit(int number, String needed) {
    return SqlRefusedException.bad(
        "parameter $%d is \"%s\", and a %s is needed in its place",
        number, shown(given.get(number - 1)), needed);
  }

  static Optional<UUID> uuid(String text) {
    if (!UUID_TEXT.matcher(text).matches()) {
      return Optional.empty();
    }
    String digits = text.replace("-", "");
    return Optional.of(
        new UUID(
            Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16)));
  }

  private static Optional<Boolean> bool(String text) {
    return switch (text) {
      case "true", "t", "1" -> Optional.of(true);
      case "false", "f", "0" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Long> integer(String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> real(String text) {
    try {
      return Optional.of(Double.parseDouble(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
