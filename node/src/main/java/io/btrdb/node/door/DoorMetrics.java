package io.btrdb.node.door;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.btrdb.node.http.LatencyTimer;
import io.btrdb.node.http.MetricName;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests by method and code, their latency, how many are under way, and bytes. Thread-safe. */
final class DoorMetrics {
  private final MetricRegistry registry;
  private final ConcurrentHashMap<String, Method> methods = new ConcurrentHashMap<>();

  DoorMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  Method method(String name) {
    return methods.computeIfAbsent(name, n -> new Method(registry, n));
  }

  /** The figures of one method; a request of Submit counts like a call. */
  static final class Method {
    private final MetricRegistry registry;
    private final String name;
    private final ConcurrentHashMap<String, Counter> ended = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Timer latency;
    private final Counter received;
    private final Counter sent;

    private Method(MetricRegistry registry, String name) {
      this.registry = registry;
      this.name = name;
      latency =
          registry.timer(MetricName.of("btrdb_door_latency", "method", name), LatencyTimer::new);
      received = registry.counter(MetricName.of("btrdb_door_received_bytes", "method", name));
      sent = registry.counter(MetricName.of("btrdb_door_sent_bytes", "method", name));
      Gauge<Integer> gauge = inFlight::get;
      registry.gauge(MetricName.of("btrdb_door_in_flight", "method", name), () -> gauge);
    }

    void began() {
      inFlight.incrementAndGet();
    }

    void received(int bytes) {
      received.inc(bytes);
    }

    void sent(int bytes) {
      sent.inc(bytes);
    }

    /**
     * @param code number of the contract, 0 for success, or the name of a gRPC status
     */
    void ended(String code, long nanos) {
      inFlight.decrementAndGet();
      latency.update(nanos, TimeUnit.NANOSECONDS);
      ended.computeIfAbsent(code, this::counter).inc();
    }

    private Counter counter(String code) {
      return registry.counter(MetricName.of("btrdb_door_requests", "method", name, "code", code));
    }
  }
}
