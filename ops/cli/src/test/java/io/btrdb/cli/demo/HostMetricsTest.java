package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostMetricsTest {
  @Test
  void shouldTellBusyFromIdleAndWaitingTime() {
    HostMetrics.CpuTimes before = HostMetrics.CpuTimes.parse("cpu  100 0 50 800 50 0 0 0 40 0");
    HostMetrics.CpuTimes after = HostMetrics.CpuTimes.parse("cpu  150 0 75 850 75 0 0 0 90 0");
    assertEquals(new HostMetrics.CpuTimes(150, 1_000), before);
    assertEquals(50.0, after.percentSince(before), 1e-9);
    assertEquals(0.0, before.percentSince(before), 0.0);
  }

  @Test
  void shouldTellMemoryInUse() {
    List<String> meminfo =
        List.of("MemTotal:       4194304 kB", "MemFree: 1 kB", "MemAvailable:   1048576 kB");
    assertEquals(3_072.0, HostMetrics.memoryUsed(meminfo), 1e-9);
  }
}
