package io.btrdb.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A feeder of a 12.47 kV grid at 60 Hz (7,200 V from line to neutral) during one year, made from a
 * seed: days and seasons of load, wandering frequency, instrument noise, an oscillation between
 * regions, and voltage sags. The deepest one lasts 183 ms and leaves 31 % of phase 1: one needle in
 * a year of hay.
 *
 * <p>A reading is a function of channel and time alone. Immutable.
 */
final class PowerGrid {
  static final double NOMINAL_VOLTS = 7_200;
  static final double NOMINAL_HERTZ = 60;

  /** What the deepest sag leaves of phase 1. */
  static final double DEEPEST = 0.31;

  static final double DEEPEST_SECONDS = 0.183;

  private static final double DAY = 86_400;
  private static final double YEAR = 365 * DAY;
  private static final int BRIEF_SAGS = 14;
  private static final int BROWNOUTS = 24;

  private final long present;
  private final List<Sag> sags;
  private final double oscillation;
  private final Noise slow;
  private final Noise instrument;

  /**
   * @param present the end of the year, in nanoseconds since the epoch
   * @param denseSeconds how much of its end is measured at full rate: brief events lie there
   */
  PowerGrid(long seed, long present, double denseSeconds) {
    this.present = present;
    this.slow = new Noise(seed);
    this.instrument = new Noise(seed + 1);
    this.oscillation = -0.62 * denseSeconds;
    this.sags = sags(new Noise(seed + 2), denseSeconds);
  }

  private static List<Sag> sags(Noise dice, double dense) {
    List<Sag> all = new ArrayList<>();
    all.add(new Sag(-0.3717 * dense, DEEPEST_SECONDS, 0.006, DEEPEST, 0.64, 0.97));
    for (int i = 0; i < BRIEF_SAGS; i++) {
      double start = -dense * (0.03 + 0.94 * dice.uniform(4L * i));
      double depth = 0.72 + 0.2 * dice.uniform(4L * i + 1);
      double seconds = 0.05 + 0.35 * dice.uniform(4L * i + 2);
      double other = 0.93 + 0.06 * dice.uniform(4L * i + 3);
      all.add(new Sag(start, seconds, 0.008, other, i % 2 == 0 ? depth : other, depth));
    }
    for (int i = 0; i < BROWNOUTS; i++) {
      long at = 1_000 + 4L * i;
      double start = -dense - (YEAR - dense) * dice.uniform(at);
      double depth = 0.84 + 0.1 * dice.uniform(at + 1);
      double seconds = 300 + 5_000 * dice.uniform(at + 2);
      all.add(new Sag(start, seconds, 20, depth, depth + 0.01, depth + 0.005));
    }
    return List.copyOf(all);
  }

  /** What an instrument reads on a channel at a time, in nanoseconds since the epoch. */
  double reading(Channel channel, long nanos) {
    double t = (nanos - present) / 1e9;
    double noise = instrument.white(nanos / 1_000 * 31 + channel.ordinal());
    return channel.rounded(
        switch (channel) {
          case L1MAG -> volts(t, 1) + 0.9 * noise;
          case L2MAG -> volts(t, 2) + 0.9 * noise;
          case L3MAG -> volts(t, 3) + 0.9 * noise;
          case C1MAG -> amperes(t, 1) + 0.15 * noise;
          case C2MAG -> amperes(t, 2) + 0.15 * noise;
          case C3MAG -> amperes(t, 3) + 0.15 * noise;
          case L1ANG -> wrapped(angle(t) + 0.004 * noise);
          case L2ANG -> wrapped(angle(t) - 120.02 + 0.004 * noise);
          case L3ANG -> wrapped(angle(t) + 119.97 + 0.004 * noise);
          case C1ANG -> wrapped(angle(t) - lag(t, 1) + 0.03 * noise);
          case C2ANG -> wrapped(angle(t) - 120.02 - lag(t, 2) + 0.03 * noise);
          case C3ANG -> wrapped(angle(t) + 119.97 - lag(t, 3) + 0.03 * noise);
          case FREQ -> hertz(t) + 0.0006 * noise;
          case ROCOF -> 10 * (hertz(t + 0.05) - hertz(t - 0.05)) + 0.006 * noise;
        });
  }

  private double volts(double t, int phase) {
    double healthy =
        NOMINAL_VOLTS * (1.012 - 0.022 * load(t))
            + 14 * slow.wander(t / 40 + 1e6 * phase, 3)
            + 90 * ringing(t) * (1 + 0.1 * phase);
    return healthy * (1 - lost(t, phase));
  }

  private double amperes(double t, int phase) {
    double healthy = (90 + 260 * load(t)) * (1 + 0.02 * phase);
    double wandering = 6 * slow.wander(t / 15 + 1e6 * (3 + phase), 3);
    // the short circuit that takes the voltage draws current
    return healthy + wandering + 20 * ringing(t) + 2_400 * lost(t, phase);
  }

  /** The part of a phase's voltage that sags take. */
  private double lost(double t, int phase) {
    double lost = 0;
    for (Sag sag : sags) {
      double felt = sag.felt(t);
      if (felt > 0) {
        lost = Math.max(lost, felt * (1 - sag.remains(phase)));
      }
    }
    return lost;
  }

  /** Load from about 0.1 to 1: more by day than by night, more in summer and winter. */
  private double load(double t) {
    double day = Math.sin(2 * Math.PI * (t / DAY + 0.3));
    double season = Math.cos(4 * Math.PI * t / YEAR);
    return 0.52 + 0.2 * day + 0.12 * season + 0.12 * slow.wander(t / 20_000 + 9e6, 4);
  }

  private double hertz(double t) {
    return NOMINAL_HERTZ + 0.022 * slow.wander(t / 25 + 7e6, 4) + 0.11 * ringing(t);
  }

  /** An oscillation between regions that dies down, from -1 to 1. */
  private double ringing(double t) {
    double into = t - oscillation;
    return into < 0 || into > 400 ? 0 : Math.exp(-into / 45) * Math.sin(2 * Math.PI * 0.27 * into);
  }

  private double angle(double t) {
    return 150 * slow.wander(t / 600 + 11e6, 3) + 6 * ringing(t);
  }

  private double lag(double t, int phase) {
    return 18 + 3 * slow.wander(t / 300 + 1e6 * (12 + phase), 2);
  }

  private static double wrapped(double degrees) {
    return degrees - 360 * Math.rint(degrees / 360);
  }
}
