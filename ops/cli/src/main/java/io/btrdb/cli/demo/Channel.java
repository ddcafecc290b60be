package io.btrdb.cli.demo;

/**
 * What a phasor measurement unit on a three-phase feeder reports, as C37.118 has it: phasors of
 * voltage (L) and current (C) by magnitude and angle, frequency and its rate of change.
 */
enum Channel {
  L1MAG("volts", 3),
  L1ANG("degrees", 4),
  L2MAG("volts", 3),
  L2ANG("degrees", 4),
  L3MAG("volts", 3),
  L3ANG("degrees", 4),
  C1MAG("amperes", 3),
  C1ANG("degrees", 4),
  C2MAG("amperes", 3),
  C2ANG("degrees", 4),
  C3MAG("amperes", 3),
  C3ANG("degrees", 4),
  FREQ("hertz", 4),
  ROCOF("hertz/s", 3);

  private final String unit;
  private final double steps;

  Channel(String unit, int decimals) {
    this.unit = unit;
    this.steps = Math.pow(10, decimals);
  }

  String unit() {
    return unit;
  }

  /** The reading an instrument of this resolution gives. */
  double rounded(double value) {
    return Math.rint(value * steps) / steps;
  }
}
