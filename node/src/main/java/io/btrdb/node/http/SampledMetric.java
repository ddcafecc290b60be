package io.btrdb.node.http;

import com.codahale.metrics.Metric;
import java.util.function.DoubleSupplier;

/**
 * Several families of samples that are counted up when somebody asks, such as one sample for each
 * replica that this node has at that moment. Stands in a registry under any free key; the key is
 * not shown.
 */
@FunctionalInterface
public interface SampledMetric extends Metric {
  /** Hands out every sample. Called from the threads of the HTTP door; must be quick. */
  void sample(Samples out);

  /** Takes samples. A value whose supplier fails becomes NaN: it must not take others with it. */
  interface Samples {
    /**
     * @param name in full, with its unit; one that ends in {@code _total} is a counter
     * @param labels keys and values in turn, as {@link MetricName#of} takes them
     */
    void add(String name, DoubleSupplier value, String... labels);
  }
}
