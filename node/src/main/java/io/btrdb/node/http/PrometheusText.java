package io.btrdb.node.http;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * A registry in Prometheus' text format, version 0.0.4.
 *
 * <pre>
 * text    := family*
 * family  := help? "# TYPE " name " " ("counter" | "gauge" | "summary") "\n" sample+
 * help    := "# HELP " name " " sentence "\n"
 * sample  := name suffix? ("{" label ("," label)* "}")? " " number "\n"
 * label   := key "=\"" escaped "\""
 * </pre>
 *
 * Counters and meters become counters and end in {@code _total}; timers become summaries in seconds
 * and end in {@code _seconds}; so do histograms whose name ends in {@code nanos}, others keep their
 * unit. A gauge whose name ends in {@code _total} is a counter that somebody else counts. Gauges
 * that are no number or boolean are left out. Keys may carry labels, see {@link MetricName}; any
 * character that a name may not have becomes an underscore. Sentences are those of {@link
 * MetricHelp}.
 */
final class PrometheusText {
  private static final double NANOS = 1e9;
  private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};

  /** Families by name, so that the samples of one stand together, as the format demands. */
  private final TreeMap<String, Family> families = new TreeMap<>();

  private PrometheusText() {}

  private record Family(String type, StringBuilder samples) {}

  static String of(MetricRegistry registry) {
    PrometheusText text = new PrometheusText();
    for (Map.Entry<String, Metric> entry : registry.getMetrics().entrySet()) {
      text.add(entry.getKey(), entry.getValue());
    }
    StringBuilder out = new StringBuilder();
    text.families.forEach(
        (name, family) -> {
          MetricHelp.of(name).ifPresent(help -> comment(out, "HELP", name, help));
          comment(out, "TYPE", name, family.type());
          out.append(family.samples());
        });
    return out.toString();
  }

  private static void comment(StringBuilder out, String kind, String name, String text) {
    out.append("# ").append(kind).append(' ').append(name).append(' ').append(text).append('\n');
  }

  private void add(String key, Metric metric) {
    int brace = key.indexOf('{');
    String name = clean(brace < 0 ? key : key.substring(0, brace));
    String labels = brace < 0 ? "" : key.substring(brace + 1, key.length() - 1);
    switch (metric) {
      case Counter counter -> counter(name, labels, counter.getCount());
      case Meter meter -> counter(name, labels, meter.getCount());
      case Timer timer -> timer(name, labels, timer);
      case Histogram histogram -> histogram(name, labels, histogram);
      case Gauge<?> gauge -> gauge(name, labels, value(gauge));
      case SampledMetric sampled -> sampled.sample(this::sample);
      default -> {} // Metric is open: what we do not know has no place in the format.
    }
  }

  /** A gauge that fails shows as NaN: it must not take all the others with it. */
  private static Object value(Gauge<?> gauge) {
    try {
      return gauge.getValue();
    } catch (RuntimeException e) {
      return Double.NaN;
    }
  }

  private void sample(String name, DoubleSupplier value, String... labels) {
    String key = MetricName.of(name, labels);
    Gauge<Double> gauge = value::getAsDouble;
    add(key, gauge);
  }

  private static String clean(String name) {
    String cleaned = name.replaceAll("[^a-zA-Z0-9_:]", "_");
    return cleaned.isEmpty() || Character.isDigit(cleaned.charAt(0)) ? "_" + cleaned : cleaned;
  }

  private void counter(String name, String labels, long count) {
    String total = withSuffix(name, "_total");
    sample(family(total, "counter"), total, labels, count);
  }

  private void gauge(String name, String labels, Object value) {
    Double number = null;
    if (value instanceof Number n) {
      number = n.doubleValue();
    } else if (value instanceof Boolean b) {
      number = b ? 1.0 : 0.0;
    }
    if (number != null) {
      String type = name.endsWith("_total") ? "counter" : "gauge";
      sample(family(name, type), name, labels, number);
    }
  }

  private void timer(String name, String labels, Timer timer) {
    String seconds = withSuffix(name, "_seconds");
    summary(seconds, labels, timer.getSnapshot(), NANOS);
    StringBuilder samples = family(seconds, "summary");
    if (timer instanceof LatencyTimer exact) {
      sample(samples, seconds + "_sum", labels, exact.sumNanos() / NANOS);
    }
    sample(samples, seconds + "_count", labels, timer.getCount());
  }

  private void histogram(String name, String labels, Histogram histogram) {
    boolean nanos = name.toLowerCase(java.util.Locale.ROOT).endsWith("nanos");
    String unit =
        nanos
            ? withSuffix(name.substring(0, name.length() - 5).replaceAll("_$", ""), "_seconds")
            : name;
    summary(unit, labels, histogram.getSnapshot(), nanos ? NANOS : 1);
    sample(family(unit, "summary"), unit + "_count", labels, histogram.getCount());
  }

  private void summary(String name, String labels, Snapshot snapshot, double divisor) {
    StringBuilder samples = family(name, "summary");
    for (double quantile : QUANTILES) {
      String label = "quantile=\"" + quantile + "\"";
      sample(
          samples,
          name,
          labels.isEmpty() ? label : labels + "," + label,
          snapshot.getValue(quantile) / divisor);
    }
  }

  private static String withSuffix(String name, String suffix) {
    return name.endsWith(suffix) ? name : name + suffix;
  }

  private StringBuilder family(String name, String type) {
    Family family = families.computeIfAbsent(name, n -> new Family(type, new StringBuilder()));
    if (!family.type().equals(type)) {
      throw new IllegalStateException(
          "metric " + name + " is a " + family.type() + " and a " + type + ": rename one");
    }
    return family.samples();
  }

  private static void sample(StringBuilder out, String name, String labels, double value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
