package io.btrdb.cli.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lets options and parameters be written in the forms of this package. */
public final class Converters {
  /** The moment the command started: one for all options, so that now-1h to now is an hour. */
  private static final long NOW = Times.now();

  private Converters() {}

  /** For options of type {@code Long}, in nanoseconds since the Unix epoch. */
  public static final class Time implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return checked(text, t -> Times.parse(t, NOW));
    }
  }

  /** For options of type {@code Long}, in nanoseconds. */
  public static final class Nanos implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return checked(text, Durations::parse);
    }
  }

  /** For options of type {@link Duration}. */
  public static final class Length implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Duration.ofNanos(checked(text, Durations::parse));
    }
  }

  /** For options and parameters of type {@link StreamName}. */
  public static final class Stream implements ITypeConverter<StreamName> {
    @Override
    public StreamName convert(String text) {
      return checked(text, StreamName::parse);
    }
  }

  /** For options of type {@link ZoneId}. */
  public static final class Zone implements ITypeConverter<ZoneId> {
    @Override
    public ZoneId convert(String text) {
      try {
        return ZoneId.of(text).normalized();
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "'" + text + "' is no time zone: write UTC, Europe/Berlin or +02:00");
      }
    }
  }

  private static <T> T checked(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (BadText e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
